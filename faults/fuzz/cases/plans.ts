import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { inheritedNames, jsonText, nearlyRight, strangeText, valueOfType } from '../strange.ts';
import { REFUSED_GOAL, task } from './bodies.ts';
import type { Draft, Family } from './fuzz-case.ts';

/** A plan against the laws, or against the options beside it. */
export interface BrokenPlan {
  readonly what: string;
  readonly plan: { readonly tasks: unknown };
  readonly options?: object;
}

function draft(what: string, tasks: unknown, more: { readonly options?: object } = {}): BrokenPlan {
  return { what: `a plan ${what}`, plan: { tasks }, ...more };
}

function many(count: number, dependencies: (index: number) => string[]): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    worker: 'writer',
    description: 'Do.',
    dependencies: dependencies(index),
  }));
}

/** Some of them are more than a body may hold. */
export function brokenPlans(): BrokenPlan[] {
  const ring = (count: number): object[] => many(count, (index) => [`t${(index + 1) % count}`]);
  const everyOther = (count: number): object[] =>
    many(count, (index) => Array.from({ length: 40 }, (_, step) => `t${(index + step * 7 + 1) % count}`));
  return [
    draft('that waits for itself', [task('a', ['a'])]),
    draft('of two in a circle', [task('a', ['b']), task('b', ['a'])]),
    draft('of 1,000 in a circle', ring(1_000)),
    draft('of 1,000 with 40 dependencies each, all in circles', everyOther(1_000)),
    draft(
      'of 1,001 tasks',
      many(1_001, () => []),
    ),
    draft(
      'of 10,000 tasks',
      many(10_000, () => []),
    ),
    draft(
      'of 10,000 tasks in a chain',
      many(10_000, (index) => (index ? [`t${index - 1}`] : [])),
    ),
    draft(
      'of 100,000 nulls',
      Array.from({ length: 100_000 }, () => null),
    ),
    draft(
      'of 100,000 empty tasks',
      Array.from({ length: 100_000 }, () => ({})),
    ),
    draft(
      'with one id 1,000 times',
      Array.from({ length: 1_000 }, () => task('same')),
    ),
    draft('whose task has 1,001 dependencies', [
      task(
        'a',
        Array.from({ length: 1_001 }, (_, index) => `d${index}`),
      ),
    ]),
    draft('whose task has 50,000 unknown dependencies', [
      task(
        'a',
        Array.from({ length: 50_000 }, (_, index) => `d${index}`),
      ),
      ...many(900, () => []),
    ]),
    draft('whose dependencies are all nearly right', [
      ...many(900, (index) => (index < 450 ? [] : [`tt${index - 450}`, `x${index - 450}`])),
    ]),
    draft('with 50,000 unknown fields in a task', [
      task('a', [], Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field${index}`, 1]))),
    ]),
    draft(
      'with 1,000 unknown workers',
      many(1_000, () => []).map((one) => ({ ...one, worker: 'reseacher' })),
    ),
    draft('with a worker of 500,000 letters', [task('a', [], { worker: 'researcher'.repeat(50_000) })]),
    draft('with an id of 500,000 letters', [task('a'.repeat(500_000))]),
    draft(
      'with 1,000 ids of 900 letters',
      many(1_000, () => []).map((one, index) => ({ ...one, id: `${'a'.repeat(900)}${index}` })),
    ),
    draft('larger than maxTasks', [task('a'), task('b')], { options: { maxTasks: 1 } }),
    ...inheritedNames
      .filter((name) => name.startsWith('__'))
      .map((name) => draft(`with the id ${name}`, [task(name)])),
    ...inheritedNames.map((name) => draft(`for the worker ${name}`, [task('a', [], { worker: name })])),
    ...inheritedNames.map((name) => draft(`that depends on ${name}`, [task('a', [name])])),
    draft('with a lone surrogate as id', [task('\ud800')]),
    draft('with ids that differ in case only, in a circle', [task('a', ['A']), task('A', ['a'])]),
    draft('whose tasks are an object', { 0: task('a'), length: 1 }),
    draft('whose dependencies are an object', [task('a', [], { dependencies: { 0: 'b', length: 1 } })]),
  ];
}

/** A lawful plan with one fault or more put in. */
export function brokenPlan(random: Random): BrokenPlan {
  const count = random.int(1, 12);
  const tasks = Array.from({ length: count }, (_, index) => {
    const earlier = Array.from({ length: index }, (_unused, other) => `t${other}`).filter(() =>
      random.chance(0.3),
    );
    return task(`t${index}`, earlier) as Record<string, unknown>;
  });
  const at = random.int(0, count - 1);
  const broken = tasks.at(at) as Record<string, unknown>;
  const dependencies = broken['dependencies'] as unknown[];
  const faults: readonly [string, () => void][] = [
    ['a task that waits for itself', () => dependencies.push(`t${at}`)],
    ['an unknown dependency', () => dependencies.push(`x${strangeText(random)}`)],
    ['a dependency that is nearly right', () => dependencies.push(`t_${at}`)],
    [
      'a dependency of the wrong type',
      () => dependencies.push(valueOfType(random, random.pick(['number', 'null', 'object']))),
    ],
    ['a dependency listed twice', () => dependencies.push('same', 'same')],
    ['two tasks of one id', () => tasks.push(task(`t${at}`) as Record<string, unknown>)],
    ['a strange id', () => (broken['id'] = `${strangeText(random)}:1`)],
    ['an unknown worker', () => (broken['worker'] = `${strangeText(random)}?`)],
    ['a worker nearly right', () => (broken['worker'] = nearlyRight(random, 'researcher'))],
    ['no description', () => (broken['description'] = random.pick(['', ' \n', null, 5]))],
    [
      'requirements of the wrong type',
      () => (broken['requirements'] = random.pick(['x', [1], [''], {}, [null]])),
    ],
    ['an unknown field', () => (broken[`x${strangeText(random)}`] = 1)],
    [
      'a task that is none',
      () =>
        tasks.push(
          valueOfType(random, random.pick(['string', 'number', 'null', 'array'])) as Record<string, unknown>,
        ),
    ],
  ];
  const chosen = random.shuffled(faults).slice(0, random.int(1, 3));
  for (const [, put] of chosen) put();
  return draft(`with ${chosen.map(([what]) => what).join(' and ')}`, random.shuffled(tasks));
}

function ofGoal({ what, ...broken }: BrokenPlan): Draft {
  return {
    what,
    send: jsonRequest('POST', '/v1/goals', jsonText({ goal: REFUSED_GOAL, ...broken })),
    expected: { kind: 'refused', path: 'plan' },
  };
}

export const plansFamily: Family = {
  name: 'plans',
  byHand: () => brokenPlans().map(ofGoal),
  generate: (random) => ofGoal(brokenPlan(random)),
};
