import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText, valueOfType } from '../strange.ts';
import { task } from './bodies.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';
import { brokenPlan, brokenPlans, type BrokenPlan } from './plans.ts';

const VALIDATE = '/v1/plans/validate';

interface Checked {
  readonly valid?: unknown;
  readonly violations?: readonly { law?: unknown; path?: unknown; message?: unknown }[];
}

/** What is wrong with the answer to a plan that is against a law. */
function unlessViolated(text: string): string | null {
  const { valid, violations } = JSON.parse(text) as Checked;
  if (valid !== false) return 'a plan that is against a law is called valid';
  const isSaid =
    Array.isArray(violations) &&
    violations.length > 0 &&
    violations.every(
      ({ law, path, message }) =>
        typeof law === 'string' && typeof path === 'string' && typeof message === 'string' && message !== '',
    );
  return isSaid ? null : `the violations say nothing: ${text.slice(0, 200)}`;
}

function unlessValid(text: string): string | null {
  return (JSON.parse(text) as Checked).valid === true
    ? null
    : `a lawful plan is called ${text.slice(0, 200)}`;
}

function post(what: string, body: unknown, expected: Expected): Draft {
  return { what, send: jsonRequest('POST', VALIDATE, jsonText(body)), expected };
}

/** One that is more than a body may hold is refused before anybody looks at it as a plan. */
const violated: Expected = { kind: 'ok-or-refused', body: unlessViolated };

function sent({ what, plan, options }: BrokenPlan): Draft {
  return options === undefined
    ? post(`${what}, to be checked`, plan, violated)
    : post(`${what}, to be checked by options`, { plan, options }, violated);
}

function approved({ what, plan }: BrokenPlan, { waitingGoalId }: World): Draft {
  return {
    what: `${what}, in place of the one that waits`,
    send: jsonRequest('POST', `/v1/goals/${waitingGoalId}/approve`, jsonText({ plan })),
    expected: { kind: 'refused', path: 'plan' },
  };
}

/** Against no law, but against what the goal that waits, or the request itself, asks for. */
function isHeldTo({ options }: BrokenPlan): boolean {
  return options !== undefined;
}

/** Each task waits for so many of those before it: what is to be left out of that takes the longest to find. */
function dense(count: number, most: number): object {
  const ids = Array.from({ length: count }, (_, index) => `t${index}`);
  const tasks = ids.map((id, index) => ({
    id,
    worker: 'writer',
    description: 'Do.',
    dependencies: ids.slice(Math.max(0, index - most), index),
  }));
  return { tasks };
}

function byHand(world: World): Draft[] {
  const broken = brokenPlans();
  const lawful = { analysis: 'By hand.', tasks: [task('a'), task('b', ['a'])] };
  const noPlans = [null, true, 5, 'text', [], {}, { tasks: null }, { tasks: [] }, [[]], { 0: 1 }];
  return [
    ...broken.map(sent),
    ...broken.filter((one) => !isHeldTo(one)).map((one) => approved(one, world)),
    ...noPlans.map((plan) => post(`${JSON.stringify(plan)} as a plan`, plan, violated)),
    ...noPlans.map((plan) => post(`${JSON.stringify(plan)} as a plan in a wrapper`, { plan }, violated)),
    post('a lawful plan', lawful, { kind: 'ok', body: unlessValid }),
    post('a lawful plan of 1,000 tasks with 50 dependencies each', dense(1_000, 50), {
      kind: 'ok',
      body: unlessValid,
    }),
    post('a lawful plan in a wrapper', { plan: lawful }, { kind: 'ok', body: unlessValid }),
    post('options without a plan', { options: {} }, { kind: 'refused', path: 'plan', status: 400 }),
    post('options that are none', { plan: lawful, options: 5 }, { kind: 'refused', path: 'options' }),
    post('a wrapper in a wrapper', { plan: { plan: lawful } }, violated),
    post('a plan beside tasks', { plan: lawful, tasks: [] }, { kind: 'refused', status: 400 }),
    post(
      'a worker type that nobody knows, in the options',
      { plan: lawful, options: { workerTypes: ['reseacher'] } },
      { kind: 'refused', path: 'options.workerTypes[0]', status: 400 },
    ),
  ];
}

function generate(random: Random, world: World): Draft {
  const broken = brokenPlan(random);
  if (random.chance(0.3)) return approved(broken, world);
  if (random.chance(0.2)) {
    const value = valueOfType(random, random.pick(['string', 'number', 'array', 'null', 'boolean']));
    return post(`${JSON.stringify(value)} as a plan`, { plan: value }, violated);
  }
  return random.chance(0.5) ? sent(broken) : sent({ ...broken, options: { maxTasks: random.int(1, 20) } });
}

export const planChecksFamily: Family = { name: 'plan-checks', byHand, generate };
