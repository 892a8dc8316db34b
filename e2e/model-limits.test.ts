/* One account, two worker processes: what one of them learns of the endpoint's limits holds for both. */
import { expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';

const PER_MINUTE = 60;
const FALLBACK = 'claude-sonnet-5-0';
/** ms for which calls may still arrive that were let go before the refusal was known, on a busy machine. */
const ON_THEIR_WAY = 500;

const baton = useBaton({
  workers: 2,
  emulator: { EMULATOR_RPM: String(PER_MINUTE) },
  environment: { MODEL_BALANCED_FALLBACK: FALLBACK, WORKER_CONCURRENCY: '6' },
});

const tasks = (count: number, worker: string) =>
  Array.from({ length: count }, (_, index) => task(`t${index}`, [], worker));

test('a bucket that is too small for all tasks is used up and never overdrawn', async () => {
  const count = PER_MINUTE + 4;
  const run = await baton.api.run({
    goal: 'More than a minute allows.',
    plan: plan(...tasks(count, 'reviewer')),
    options: { maxTasks: count },
  });
  expect(run.goal.status).toBe('succeeded');
  expect(Math.max(...run.goal.tasks.map(({ attempts }) => attempts))).toBe(1);
  expect(named(run.events, 'task.started')).toHaveLength(count);
  expect(named(run.events, 'task.retrying')).toEqual([]);
  const { rateLimited } = await baton.emulator.stats();
  expect(rateLimited).toBe(0);
});

test('within the pause that a refusal asks for no process makes a call', async () => {
  const goal = 'Refused once, while much is to be done.';
  await baton.emulator.inject({
    match: { contains: goal, role: 'task', nth: 9 },
    fault: { kind: '429', retryAfter: 3 },
  });
  const run = await baton.api.run({ goal, plan: plan(...tasks(40, 'validator')), options: { maxTasks: 40 } });
  expect(run.goal.status).toBe('succeeded');
  const { calls } = await baton.emulator.calls();
  const refused = calls.find(({ fault }) => fault === '429');
  const from = refused?.endedAt ?? 0;
  const ofModel = calls.filter(({ model }) => model === refused?.model);
  const within = ofModel.filter(({ at }) => at > from + ON_THEIR_WAY && at < from + 3_000);
  expect(within).toEqual([]);
  expect(ofModel.filter(({ at }) => at >= from + 3_000).length).toBeGreaterThan(10);
});

test('a model whose account is spent is replaced by its fallback, and is asked no more', async () => {
  const goal = 'Nobody has paid for its model.';
  const { tasks: own } = plan(...tasks(12, 'writer'));
  await baton.emulator.inject({
    match: { contains: goal, model: 'claude-sonnet-5-5' },
    fault: { kind: 'spend-429' },
    times: 99,
  });
  const run = await baton.api.run({ goal, plan: { analysis: 'Side by side.', tasks: own } });
  await baton.emulator.clearFaults();
  expect(run.goal.tasks.map(({ status }) => status)).toEqual(own.map(() => 'succeeded'));
  const ofGoal = await baton.emulator.requests(goal);
  const asked = (model: string) =>
    ofGoal.filter((request) => request.model === model && request.role === 'task').length;
  expect(asked(FALLBACK)).toBe(12);
  expect(asked('claude-sonnet-5-5')).toBeGreaterThanOrEqual(3);
});
