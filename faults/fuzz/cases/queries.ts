import { httpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { inheritedNames, nearlyRight, strangeText } from '../strange.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const refused: Expected = { kind: 'refused', status: 400 };
const answered: Expected = { kind: 'answered' };

/** More is no bad query but a head that is too large. */
const LONGEST = 15_000;

/** No goal bears such a label. */
const empty: Expected = {
  kind: 'ok',
  body: (text) =>
    (JSON.parse(text) as { items: unknown[] }).items.length === 0
      ? null
      : 'goals that do not bear the label are listed',
};

function list(query: string, expected: Expected = refused): Draft {
  if (query.length > LONGEST) return list(query.slice(0, LONGEST), answered);
  return {
    what: `GET /v1/goals?${query.slice(0, 120)}`,
    send: httpRequest('GET', `/v1/goals?${query}`),
    expected,
  };
}

const cursors = (good: string): string[] => [
  '',
  'x',
  '0',
  `${good}x`,
  good.slice(0, -2),
  good.toUpperCase(),
  Buffer.from('1:').toString('base64url'),
  Buffer.from(':goal_x').toString('base64url'),
  Buffer.from('99999999999999999:goal_x').toString('base64url'),
  Buffer.from('-1:goal_x').toString('base64url'),
  Buffer.from('1e999:goal_x').toString('base64url'),
  Buffer.from('1:goal:x').toString('base64url'),
  Buffer.from('1:\0').toString('base64url'),
  Buffer.from('1:goal_x\n').toString('base64url'),
  Buffer.from('+inf:goal_x').toString('base64url'),
  Buffer.from('1 LIMIT 0 1:goal_x').toString('base64url'),
  '%00',
  'x'.repeat(10_000),
];

function byHand({ cursor }: World): Draft[] {
  return [
    ...[
      '0',
      '101',
      '-1',
      '1.5',
      'ten',
      '',
      'NaN',
      'Infinity',
      '1e999',
      '9007199254740993',
      '1%00',
      '%',
      'null',
      '[]',
      '٣',
    ].map((limit) => list(`limit=${limit}`)),
    ...['0x10', '1e1', '%2010', '+10', '010', '10.0'].map((limit) => list(`limit=${limit}`, answered)),
    ...cursors(cursor).map((one) => list(`cursor=${one}`, answered)),
    list(`cursor=${Buffer.from('9999999999999999:zzz').toString('base64url')}`, { kind: 'ok' }),
    list(`cursor=${cursor}`, { kind: 'ok' }),
    list(`cursor=${cursor}&cursor=${cursor}`),
    list('limit=1&limit=2'),
    list('limit[]=1'),
    list('limit[a]=1'),
    list('limit'),
    list('=1'),
    list('%3d=1'),
    list('&&&', { kind: 'ok' }),
    list('?'),
    ...['done', '', 'SUCCEEDED', 'succeeded%00', 'constructor', '__proto__', 'null', '*'].map((status) =>
      list(`status=${status}`),
    ),
    list('status=failed&status=failed'),
    ...inheritedNames.map((name) => list(`${name}=1`)),
    ...inheritedNames
      .filter((name) => name !== '__proto__')
      .map((name) => list(`label.${name}=never-used`, empty)),
    list('label.__proto__=never-used', { kind: 'answered' }),
    ...['label.', 'label', 'label..', 'label.a.b'].map((name) => list(`${name}=never-used`, answered)),
    list('labels=x'),
    list('labels[team]=x'),
    list('label.team=a&label.team=b'),
    list('label.%00=never-used', empty),
    list('label.team=%ff%fe', answered),
    list('label.team=%', answered),
    list(Array.from({ length: 900 }, (_, index) => `label.l${index}=x`).join('&'), empty),
    list(Array.from({ length: 2_400 }, (_, index) => `l${index}`).join('&')),
    list('a'.repeat(15_000)),
    list('limit=1&'.repeat(1_500)),
  ];
}

function escape(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function generate(random: Random, { cursor }: World): Draft {
  const known = ['status', 'limit', 'cursor'];
  const kinds: readonly (() => Draft)[] = [
    () => list(`limit=${escape(`${strangeText(random)}x`)}`),
    () => list(`limit=${random.pick([-1, 0, 101, 1_000, 2 ** 53, random.int(101, 1e9)])}`),
    () => list(`cursor=${escape(strangeText(random))}`, answered),
    () => list(`cursor=${random.bytes(random.int(1, 60)).toString('base64url')}`, answered),
    () => {
      const at = random.int(0, cursor.length - 1);
      return list(
        `cursor=${cursor.slice(0, at)}${random.pick(['A', '_', '%00', ''])}${cursor.slice(at + 1)}`,
        answered,
      );
    },
    () => list(`status=${escape(`${strangeText(random)}x`)}`),
    () => list(`${escape(nearlyRight(random, random.pick(known)))}=1`),
    () => list(`${escape(`x${strangeText(random)}`)}=${escape(strangeText(random))}`),
    () =>
      list(`label.${escape(strangeText(random))}=${escape(`never-used${strangeText(random)}`)}`, answered),
    () => list(`${random.pick(known)}=1&${random.pick(known)}=${escape(strangeText(random))}&zebra=1`),
    () => list(`limit=0&${'label.a=b&'.repeat(random.int(1, 300))}`),
  ];
  return random.pick(kinds)();
}

export const queriesFamily: Family = { name: 'queries', byHand, generate };
