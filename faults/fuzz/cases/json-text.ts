import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText } from '../strange.ts';
import { lawfulGoal, REFUSED_GOAL } from './bodies.ts';
import type { Draft, Expected, Family } from './fuzz-case.ts';

const JSON_IN = (charset: string) => [['content-type', `application/json; charset=${charset}`]] as const;

const refused: Expected = { kind: 'refused' };

function draft(what: string, body: string | Buffer, expected: Expected = refused, charset?: string): Draft {
  const headers = charset === undefined ? [] : JSON_IN(charset);
  return { what, send: jsonRequest('POST', '/v1/goals', body, headers), expected };
}

const quotedGoal = JSON.stringify(REFUSED_GOAL);

/** Parsed by nobody before the depth is known: signs whose code units look like quotes hide the brackets. */
function hidden(depth: number): string {
  return `{"goal":${quotedGoal},"zebra":1,"context":{"\u0122":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}}`;
}

function byHand(): Draft[] {
  const deep = (open: string, close: string, depth: number): string =>
    open.repeat(depth) + close.repeat(depth);
  const inGoal = (context: string): string => `{"goal":${quotedGoal},"context":{"a":${context}},"zebra":1}`;
  return [
    draft('nothing', '', refused),
    draft('blanks', ' \n\t '),
    draft('10,000 arrays deep', deep('[', ']', 10_000)),
    draft('10,000 objects deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    draft('500,000 arrays deep', deep('[', ']', 500_000)),
    draft('500,000 arrays that never close', '['.repeat(500_000)),
    draft('10,000 deep in the context', inGoal(deep('[', ']', 10_000))),
    draft('65 deep in the context', inGoal(deep('[', ']', 65))),
    draft('64 deep, and a field that is not known', inGoal(deep('[', ']', 62))),
    draft('closing before opening', `${']'.repeat(5_000)}${'['.repeat(5_000)}`),
    draft(
      'deep after a text with a backslash at its end',
      `{"goal":"\\\\","context":${deep('[', ']', 10_000)}}`,
    ),
    draft(
      'UTF-16, deep where single bytes hide it',
      Buffer.from(hidden(20_000), 'utf16le'),
      refused,
      'utf-16le',
    ),
    draft('UTF-16', Buffer.from(JSON.stringify({ goal: 5 }), 'utf16le'), refused, 'utf-16'),
    draft(
      'UTF-7, deep where single bytes hide it',
      `{"goal":5,"context":${'+AFs-'.repeat(20_000)}`,
      refused,
      'utf-7',
    ),
    draft('UTF-32', Buffer.from('{"goal":5}'), refused, 'utf-32'),
    draft('Latin-1', Buffer.from('{"goal":"\xe4"}', 'latin1'), refused, 'iso-8859-1'),
    draft('an unknown charset', '{"goal":5}', refused, 'zebra'),
    draft('an empty charset', '{"goal":5}', refused, '""'),
    draft(
      'bytes that are no UTF-8 within the goal',
      Buffer.from('{"goal":"A goal \xff\xfe\xc0\x80","zebra":1}', 'latin1'),
    ),
    draft(
      'bytes that are no UTF-8 within the goal, and nothing else wrong',
      Buffer.from('{"goal":"A goal \xff\xfe"}', 'latin1'),
    ),
    draft('an overlong NUL', Buffer.from('{"goal":"\xc0\x80"}', 'latin1')),
    draft('a surrogate in UTF-8', Buffer.from('{"goal":"\xed\xa0\x80"}', 'latin1')),
    draft('a byte order mark, and a field that is not known', `\ufeff{"goal":${quotedGoal},"zebra":1}`),
    draft('two byte order marks', `\ufeff\ufeff{"goal":${quotedGoal}}`),
    draft('duplicate keys, the last wrong', `{"goal":${quotedGoal},"goal":5}`),
    draft('duplicate keys, the first wrong, and one unknown', `{"goal":5,"goal":${quotedGoal},"zebra":1}`),
    draft('__proto__ in the body', `{"goal":${quotedGoal},"__proto__":{"polluted":true}}`),
    draft('__proto__ in the options', `{"goal":${quotedGoal},"options":{"__proto__":{"priority":"high"}}}`),
    draft('__proto__ in the labels', `{"goal":${quotedGoal},"labels":{"__proto__":"x"}}`),
    draft('__proto__ in the context', `{"goal":${quotedGoal},"context":{"a":[{"__proto__":1}]}}`),
    draft('__proto__ in the plan', `{"goal":${quotedGoal},"plan":{"__proto__":{},"tasks":[]}}`),
    draft('__proto__ as the only field', '{"__proto__":{"goal":"x"}}'),
    draft('__proto__, escaped', `{"goal":${quotedGoal},"\\u005f_proto__":{"polluted":true}}`),
    draft('constructor.prototype', `{"goal":${quotedGoal},"constructor":{"prototype":{"polluted":true}}}`),
    ...[
      'NaN',
      'Infinity',
      '-',
      '.5',
      '1.',
      '01',
      '+1',
      '0x1',
      "'a'",
      '"\n"',
      '"\\x"',
      '"\\u12"',
      'tru',
      '{,}',
      '[,]',
      '[1,]',
      '{"a"}',
      '{"a":1,}',
      '//x',
      '{"goal":"a"}{"goal":"b"}',
      '\0',
      '"',
    ].map((text) => draft(`the text ${JSON.stringify(text)}`, text)),
    ...['null', 'true', '0', '-0', '1e999', '9007199254740993', '"text"', '[]', '[[]]', '""', '{}'].map(
      (text) => draft(`the value ${text}`, text),
    ),
    draft('a number of 100,000 digits', `{"goal":${'9'.repeat(100_000)}}`),
    draft('a text of 300,000 escapes', `{"goal":5,"context":"${'\\ud83d'.repeat(100_000)}"}`),
  ];
}

function corrupted(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text);
  for (let count = random.int(1, 4); count > 0; count -= 1)
    bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
  return bytes;
}

/** Refused whatever else becomes of the text: it ends early, or begins with what no JSON begins with. */
function generate(random: Random): Draft {
  const text = jsonText({ ...lawfulGoal(REFUSED_GOAL), zebra: 1 });
  const kinds: readonly (() => Draft)[] = [
    () => {
      const at = random.int(0, text.length - 1);
      return draft(`cut off after ${at} characters`, text.slice(0, at));
    },
    () => {
      const depth = random.int(65, 20_000);
      const [open, close] = random.pick([
        ['[', ']'],
        ['{"a":', '}'],
        ['[{"__proto__":', '}]'],
      ] as const);
      return draft(`${depth} levels deep`, `${open.repeat(depth)}1${close.repeat(depth)}`);
    },
    () =>
      draft(
        'JSON with noise before',
        Buffer.concat([Buffer.from('!'), random.bytes(random.int(0, 200)), Buffer.from(text)]),
      ),
    () => draft('noise', Buffer.concat([Buffer.from('\0'), random.bytes(random.int(1, 400))])),
    () => draft('JSON with a few bytes changed', corrupted(random, text), { kind: 'answered' }),
    () => {
      const key = random.pick(['goal', 'labels', 'options', 'plan']);
      return draft(
        `duplicate "${key}"`,
        text.replace(/}$/, `,"${key}":${random.pick(['5', '[]', 'false'])}}`),
      );
    },
  ];
  return random.pick(kinds)();
}

export const jsonTextFamily: Family = { name: 'json-text', byHand, generate };
