import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { REFUSED_GOAL, task } from './bodies.ts';
import type { Draft, Family } from './fuzz-case.ts';

/** Just under what a body may hold. */
const ROOM = 1_040_000;

const quotedGoal = JSON.stringify(REFUSED_GOAL);

function draft(what: string, body: string): Draft {
  return { what, send: jsonRequest('POST', '/v1/goals', body), expected: { kind: 'refused' } };
}

/** Fields of objects, and these and items of lists together, just under what a body may hold. */
const MOST_FIELDS = 24_800;
const MOST_ITEMS = 59_000;

/** `one(0),one(1),…`, as many as fit. */
function filled(one: (index: number) => string): string {
  const parts: string[] = [];
  for (let size = 0, items = 0, fields = 0, index = 0; ; index += 1) {
    const part = one(index);
    size += part.length + 1;
    items += 1 + (part.match(/[,[{]/g)?.length ?? 0);
    fields += part.match(/:/g)?.length ?? 0;
    if (size > ROOM || items > MOST_ITEMS || fields > MOST_FIELDS) return parts.join(',');
    parts.push(part);
  }
}

const body = (rest: string): string => `{"goal":${quotedGoal},"zebra":1,${rest}}`;

const shapes: readonly (readonly [what: string, text: () => string])[] = [
  ['unknown fields', () => body(filled((index) => `"field${index}":1`))],
  ['unknown fields that are nearly right', () => body(filled((index) => `"gaol${index % 10}x${index}":1`))],
  ['unknown options', () => body(`"options":{${filled((index) => `"maxTask${index}":1`)}}`)],
  ['bad label names', () => body(`"labels":{${filled((index) => `"a b${index}":"x"`)}}`)],
  ['labels that are no texts', () => body(`"labels":{${filled((index) => `"l${index}":1`)}}`)],
  ['labels', () => body(`"labels":{${filled((index) => `"l${index}":"x"`)}}`)],
  ['worker types', () => body(`"options":{"workerTypes":[${filled((index) => `"reseacher${index}"`)}]}`)],
  ['worker types that are no texts', () => body(`"options":{"workerTypes":[${filled(() => '1')}]}`)],
  ['one recipe', () => body(`"recipe":"${'report'.repeat(170_000)}"`)],
  ['one worker type', () => body(`"options":{"workerTypes":["${'researcher'.repeat(100_000)}"]}`)],
  ['one unknown name', () => body(`"${'goal'.repeat(250_000)}":1`)],
  ['unknown names of 10,000 letters', () => body(filled((index) => `"${'x'.repeat(10_000)}${index}":1`))],
  ['the context, in small pieces', () => body(`"context":{${filled((index) => `"c${index}":[{}]`)}}`)],
  ['__proto__ all over the context', () => body(`"context":{"a":[${filled(() => '{"__proto__":1}')}]}`)],
  ['a goal of blanks', () => body(`"context":"x","goal":"${' '.repeat(ROOM - 200)}"`)],
  ['a list in place of a body', () => `[${filled(() => '[]')}]`],
  ['a text in place of a body', () => `"${'x'.repeat(ROOM)}"`],
  ['nulls in place of tasks', () => body(`"plan":{"tasks":[${filled(() => 'null')}]}`)],
  ['tasks', () => body(`"plan":{"tasks":[${filled((index) => JSON.stringify(task(`t${index}`)))}]}`)],
  [
    'tasks whose ids are nearly right',
    () =>
      body(`"plan":{"tasks":[${filled((index) => JSON.stringify(task(`task${index}`, [`tusk${index}`])))}]}`),
  ],
  [
    'dependencies',
    () =>
      body(
        `"plan":{"tasks":[{"id":"a","worker":"writer","description":"Do.","dependencies":[${filled((index) => `"d${index}"`)}]}]}`,
      ),
  ],
  [
    'dependencies all over 1,000 tasks',
    () => {
      const tasks = Array.from({ length: 1_000 }, (_, index) =>
        task(
          `t${index}`,
          Array.from({ length: 50 }, (_unused, step) => `t${(index + step * 31 + 1) % 1_000}`),
          { description: 'Do.' },
        ),
      );
      return body(`"plan":{"tasks":${JSON.stringify(tasks)}}`);
    },
  ],
  [
    'requirements',
    () =>
      body(
        `"plan":{"tasks":[{"id":"a","worker":"writer","description":"Do.","requirements":[${filled(() => '""')}]}]}`,
      ),
  ],
  [
    'fields of a task',
    () => body(`"plan":{"tasks":[{"id":"a",${filled((index) => `"descripton${index}":1`)}}]}`),
  ],
  ['escapes', () => body(`"context":"${'\\u0000'.repeat(170_000)}"`)],
  ['numbers', () => body(`"context":{"a":[${filled(() => '1e308')}]}`)],
];

function byHand(): Draft[] {
  return shapes.map(([what, text]) => draft(`1 MB of ${what}`, text()));
}

function generate(random: Random): Draft {
  const [what, text] = random.pick(shapes);
  return draft(`1 MB of ${what}`, text());
}

export const costlyFamily: Family = { name: 'costly', byHand, generate };
