import { jsonRequest, type HttpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText, valueOfType } from '../strange.ts';
import { REFUSED_GOAL, task } from './bodies.ts';
import type { Draft, Expected, Family } from './fuzz-case.ts';
import { brokenPlan } from './plans.ts';

const refused: Expected = { kind: 'refused', status: 400 };
const badKey: Expected = { kind: 'refused', status: 400, path: 'Idempotency-Key' };

function post(what: string, text: string, expected: Expected, headers: HttpRequest['headers'] = []): Draft {
  return { what: `a batch ${what}`, send: jsonRequest('POST', '/v1/goals/batch', text, headers), expected };
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const bad: object = { goal: REFUSED_GOAL, zebra: 1 };

function good(text: string): object {
  return { goal: text, plan: { tasks: [task('only')] } };
}

/** All of them are refused, one by one. */
function allRefused(what: string, goals: readonly unknown[], headers?: HttpRequest['headers']): Draft {
  return post(what, jsonText({ goals }), { kind: 'batch', lawful: goals.map(() => false) }, headers);
}

/** What 1,000 goals may hold together, in bytes, is a body's 1 MiB. */
const LARGE = 1_040_000;
const MOST = 1_000;

/** Plans that take long to be judged, as many as a body holds. */
function withPlans(tasks: readonly object[], count: number): object[] {
  return times(count, () => ({ goal: REFUSED_GOAL, plan: { tasks } }));
}

function byHand(): Draft[] {
  const key = [['Idempotency-Key', 'a batch of the fuzzer']] as const;
  const circle = [task('a', ['b']), task('b', ['a'])];
  const ring = times(150, (index) => ({
    id: `t${index}`,
    worker: 'writer',
    description: 'Do.',
    dependencies: [`t${(index + 1) % 150}`, `t${(index + 7) % 150}`],
  }));
  return [
    ...[
      '{}',
      '[]',
      '{"goals":[]}',
      '{"goals":null}',
      '{"goals":{}}',
      '{"goals":"x"}',
      '{"goals":{"0":{},"length":1}}',
    ].map((text) => post(text, text, refused)),
    ...['null', 'true', '5', '"text"', ''].map((text) =>
      post(`that is ${text || 'nothing'}`, text, { kind: 'refused' }),
    ),
    post('with a field that is not known', jsonText({ goals: [bad], zebra: 1 }), refused),
    post('of a goal that is no batch', jsonText({ goal: REFUSED_GOAL }), refused),
    post('of 1,001 goals', jsonText({ goals: times(1_001, () => bad) }), refused),
    post('of 1,001 goals, bare', jsonText(times(1_001, () => good(REFUSED_GOAL))), refused),
    post('of 58,000 numbers', `[${'1,'.repeat(58_000)}1]`, refused),
    post('of 100,000 numbers', `[${'1,'.repeat(100_000)}1]`, { kind: 'refused', status: 413 }),
    allRefused('of lists', [[], [[]], [bad], [[bad]], [[[bad]]]]),
    allRefused('of what is no goal', [null, true, 5, 'text', [], {}, { goal: null }, { goals: [bad] }]),
    allRefused('of itself', [{ goals: [{ goals: [bad] }] }]),
    allRefused('of one huge goal', [{ goal: 'x'.repeat(LARGE) }]),
    allRefused('of a huge goal that is nothing else', ['x'.repeat(LARGE)]),
    allRefused(
      'of two huge goals',
      times(2, () => ({ ...bad, context: 'x'.repeat(LARGE / 2) })),
    ),
    allRefused(
      'of 1,000 nulls',
      times(MOST, () => null),
    ),
    allRefused(
      'of 1,000 empty goals',
      times(MOST, () => ({})),
    ),
    allRefused(
      'of 1,000 goals with an unknown field',
      times(MOST, () => bad),
    ),
    allRefused(
      'of 1,000 goals with 20 unknown fields',
      times(MOST, () => ({
        goal: REFUSED_GOAL,
        ...Object.fromEntries(times(20, (index) => [`gaol${index}`, 1])),
      })),
    ),
    allRefused(
      'of 1,000 goals with 20 unknown worker types',
      times(MOST, () => ({
        goal: REFUSED_GOAL,
        options: { workerTypes: times(20, (index) => `reseacher${index}`) },
      })),
    ),
    allRefused('of 1,000 goals with plans in a circle', withPlans(circle, MOST)),
    allRefused('of 25 goals with plans of 150 tasks in circles', withPlans(ring, 25)),
    allRefused(
      'of 1,000 bad goals, with a key',
      times(MOST, () => bad),
      key,
    ),
    post('with a key that is none', jsonText({ goals: [good(REFUSED_GOAL)] }), badKey, [
      ['Idempotency-Key', '\xff'],
    ]),
    post('with two keys', jsonText({ goals: [good(REFUSED_GOAL)] }), badKey, [
      ['Idempotency-Key', 'a'],
      ['Idempotency-Key', 'b'],
    ]),
    post(
      'of lawful and other goals in turn',
      jsonText({ goals: times(12, (index) => (index % 2 === 0 ? good(`Of a batch ${index}.`) : bad)) }),
      { kind: 'batch', lawful: times(12, (index) => index % 2 === 0) },
      key,
    ),
    post(
      'of 40 lawful goals that are one',
      jsonText(times(40, () => good('Of a batch of one goal.'))),
      { kind: 'batch', lawful: times(40, () => true) },
      [['Idempotency-Key', 'forty of one']],
    ),
  ];
}

function generate(random: Random): Draft {
  const one = (): unknown => {
    const kinds: readonly (() => unknown)[] = [
      () => bad,
      () => ({ goal: REFUSED_GOAL, plan: brokenPlan(random).plan }),
      () => ({ goal: valueOfType(random, random.pick(['number', 'null', 'object', 'array'])) }),
      () => valueOfType(random, random.pick(['string', 'number', 'null', 'array', 'boolean'])),
      () => [good(REFUSED_GOAL)],
    ];
    return random.pick(kinds)();
  };
  const goals = times(random.pick([1, 2, 7, 40, 200]), one);
  const isBare = random.chance(0.3);
  return post(`of ${goals.length} bad goals`, jsonText(isBare ? goals : { goals }), {
    kind: 'batch',
    lawful: goals.map(() => false),
  });
}

export const batchesFamily: Family = { name: 'batches', byHand, generate };
