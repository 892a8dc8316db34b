import { bytesOf, jsonRequest, type HttpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, jsonText, strangeText, strangeTexts } from '../strange.ts';
import { REFUSED_GOAL, task } from './bodies.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const NAME = 'Idempotency-Key';

/** Whoever reads a key reads it like this. */
const LAWFUL = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

const refused: Expected = { kind: 'refused', path: NAME, status: 400 };
const mismatch: Expected = { kind: 'refused', status: 422 };
const accepted: Expected = { kind: 'accepted' };

function good(text: string): object {
  return { goal: text, plan: { tasks: [task('only')] } };
}

function submission(keys: readonly string[], body: string): HttpRequest {
  return jsonRequest(
    'POST',
    '/v1/goals',
    body,
    keys.map((key) => [NAME, key] as const),
  );
}

function post(keys: readonly string[], body: object, expected: Expected): Draft {
  return {
    what: `a goal with the keys ${keys.map((key) => JSON.stringify(key.slice(0, 60))).join(' and ')}`,
    send: submission(keys, jsonText(body)),
    expected,
  };
}

/** As replays are answered, with the goal that the key has made. */
function replayOf({ goalId }: World['keyed']): Pick<Draft, 'expected' | 'headers'> {
  return {
    expected: {
      kind: 'ok',
      body: (text) =>
        (JSON.parse(text) as { id?: unknown }).id === goalId ? null : 'another goal is the answer',
    },
    headers: (headers) =>
      headers.get('idempotency-replayed') === 'true' ? null : 'the answer does not say that it is a replay',
  };
}

const noKeys = [
  '',
  ' ',
  '""',
  '" "',
  '" a"',
  'a\tb',
  '\xff',
  'caf\xe9',
  '"\xff"',
  'x'.repeat(256),
  `"${'x'.repeat(256)}"`,
  'x'.repeat(10_000),
  `x${' '.repeat(8_000)}x`,
];
const oddKeys = [
  '"',
  '"a',
  'a"',
  '""""',
  ',',
  ';',
  'a,b',
  'a, b',
  'x'.repeat(255),
  `"${'y'.repeat(255)}"`,
  '{}',
  '0',
  '*',
  '\\',
];

/** The same body in other words: members in another order, blanks, escapes, numbers written otherwise. */
function reworded(body: object): string[] {
  const text = JSON.stringify(body);
  const reversed = JSON.stringify(Object.fromEntries(Object.entries(body).toReversed()));
  const escaped = text.replaceAll('u', String.raw`\u0075`);
  return [
    text,
    reversed,
    JSON.stringify(body, null, 2),
    escaped,
    `\ufeff${text}`,
    text.replace('{', '{"goal":"first",'),
  ];
}

function byHand({ keyed }: World): Draft[] {
  const replay = (what: string, keys: readonly string[], body: string): Draft => ({
    what: `a key again, ${what}`,
    send: submission(keys, body),
    ...replayOf(keyed),
  });
  const same = JSON.stringify(keyed.body);
  const twice = bytesOf(submission(['sent twice on one connection'], JSON.stringify(good('Sent twice.'))));
  return [
    ...noKeys.map((key) => post([key], good(REFUSED_GOAL), refused)),
    // No header may hold it.
    post(['\x7f'], good(REFUSED_GOAL), { kind: 'refused', status: 400 }),
    post(['a', 'a'], good(REFUSED_GOAL), refused),
    post(['a', ''], good(REFUSED_GOAL), refused),
    ...oddKeys.map((key, index) => post([key], good(`Odd key ${index}.`), accepted)),
    ...strangeTexts
      .filter((text) => LAWFUL.test(text) && !/^".*"$/.test(text))
      .map((text) => post([`${text}~`], good(`Strange key ${text}`), accepted)),
    replay('as it was', [keyed.key], same),
    replay('in quotes', [`"${keyed.key}"`], same),
    ...reworded(keyed.body).map((body, index) => replay(`in other words ${index}`, [keyed.key], body)),
    post([keyed.key], { ...keyed.body, goal: 'Another goal of the same key.' }, mismatch),
    post([keyed.key], { ...keyed.body, labels: { a: 'b' } }, mismatch),
    post([keyed.key], { ...keyed.body, zebra: 1 }, { kind: 'refused', path: 'zebra', status: 400 }),
    post([keyed.key], {}, { kind: 'refused', path: 'goal', status: 400 }),
    {
      what: 'one key twice on one connection',
      send: { steps: [Buffer.concat([twice, twice])], replies: 2 },
      expected: accepted,
    },
    {
      what: 'a key at an address that takes none',
      send: jsonRequest('POST', '/v1/plans/validate', '{}', [[NAME, '\xff']]),
      expected: { kind: 'one-of', statuses: [200, 400] },
    },
  ];
}

function generate(random: Random, { keyed }: World): Draft {
  const text = headerText(strangeText(random)).slice(0, 4_000).trim();
  if (random.chance(0.25)) {
    const body = { ...keyed.body, goal: `${strangeText(random)} of the same key` };
    return post([keyed.key], body, mismatch);
  }
  if (random.chance(0.1))
    return {
      what: 'a key again',
      send: submission([keyed.key], random.pick(reworded(keyed.body))),
      ...replayOf(keyed),
    };
  const bad = random.pick([`${text}\xff`, `x${text}\t${text}.`, `${text}${'x'.repeat(256)}`, '']);
  if (random.chance(0.6)) return post([bad], good(REFUSED_GOAL), refused);
  return post(
    random.chance(0.5) ? [text] : [text, 'more'],
    { goal: REFUSED_GOAL, zebra: 1 },
    { kind: 'refused', status: 400 },
  );
}

export const idempotencyFamily: Family = { name: 'idempotency', byHand, generate };
