import { describe, expect, it } from 'vitest';
import type { Task } from '@baton/plan/plan';
import { noUsage, unworked, type Outcome, type OutcomeStatus } from '../contract/task-outcome.ts';
import { readEvents } from './event-log.ts';
import { endGoal } from './goal-end.ts';
import { createGoal } from './goal-acceptance.ts';
import { advanceGoal, readGoalFacts } from './goal-record.ts';
import { recordPlan } from './plan-record.ts';
import { readGoal } from './goal-view.ts';
import { openJournal } from './journal.ts';
import type { Lease } from './lease.ts';
import { amendPlan, type PlanAmendment } from './plan-amendment.ts';
import { recordOutcome, startTask } from './task-record.ts';
import {
  RETENTION,
  TENANT,
  claim,
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  purpose,
  runningGoal,
  type TestLedger,
} from './testing/test-ledger.ts';
import { closingRuns, tasksOfRun } from './watch.ts';
import { readTaskResults } from './task-results.ts';

const PLACE = ':replanner';
const goalId = 'goal_1';
const lease: Lease = { place: PLACE, number: 1 };
const [tea, coffee, advice] = plan.tasks as unknown as [Task, Task, Task];
const cocoa = { ...coffee, id: 'cocoa', worker: 'writer' };
const patched = {
  analysis: 'Cocoa instead.',
  tasks: [tea, cocoa, { ...advice, dependencies: ['tea', 'cocoa'] }],
};

function amendment(fields: Partial<PlanAmendment> = {}): PlanAmendment {
  return {
    rev: 1,
    lease,
    plan: patched,
    clear: ['advice'],
    end: null,
    event: { event: 'goal.replanned', data: { drop: ['coffee'] } },
    counts: 'replans',
    fields: {},
    ...fields,
  };
}

async function endTask(
  ledger: TestLedger['ledger'],
  taskId: string,
  status: OutcomeStatus,
  rev = 1,
): Promise<void> {
  const task = { goalId, rev, taskId };
  const outcome: Outcome = { ...unworked(status), output: taskId, usage: noUsage };
  const dependents = plan.tasks.filter((each) => each.dependencies.includes(taskId)).map(({ id }) => id);
  await recordOutcome(ledger, task, await leaseOf(ledger, task), outcome, dependents);
}

/** Tea is there, coffee failed, so advice was skipped; whoever replans holds lease 1. */
async function open() {
  const test = openTestLedger();
  const { ledger, redis } = test;
  await runningGoal(ledger);
  await redis.hset(
    ledger.goal(goalId).tasks,
    `starts:${PLACE}`,
    1,
    `open:${PLACE}`,
    'run',
    `deaths:${PLACE}`,
    1,
  );
  return test;
}

async function halfDone() {
  const test = await open();
  await endTask(test.ledger, 'tea', 'succeeded');
  await endTask(test.ledger, 'coffee', 'failed');
  await endTask(test.ledger, 'advice', 'skipped');
  return test;
}

async function statuses({ ledger }: TestLedger): Promise<unknown> {
  const goal = await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
  return Object.fromEntries(goal?.tasks.map(({ id, status }) => [id, status]) ?? []);
}

async function eventsAfter({ ledger }: TestLedger, last: string | null): Promise<unknown[]> {
  const events = await readEvents(ledger, goalId, last ?? '0');
  return events.map(({ event, data: { goalId: _goalId, at: _at, ...about } }) => [event, about]);
}

describe('amending a plan that runs', () => {
  it('goes on as the next rev with the new plan, and runs only what has no outcome', async () => {
    const test = await halfDone();
    const { ledger, redis } = test;
    const { goal, tasks } = ledger.goal(goalId);
    const last = await redis.hget(goal, 'lastEvent');
    expect(await amendPlan(ledger, goalId, amendment({ fields: { note: 'yes' } }))).toBe(true);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({
      status: 'running',
      rev: 2,
      submittedRev: 0,
      plan: { analysis: 'Cocoa instead.', taskIds: ['tea', 'cocoa', 'advice'] },
      runTaskIds: ['cocoa', 'advice'],
    });
    expect(await redis.hmget(goal, 'claimedRev', 'replans', 'note')).toEqual(['2', '1', 'yes']);
    expect(await statuses(test)).toEqual({ tea: 'succeeded', cocoa: 'queued', advice: 'pending' });
    expect(await eventsAfter(test, last)).toEqual([
      ['goal.replanned', { drop: ['coffee'] }],
      ['task.queued', { taskId: 'cocoa' }],
    ]);
    const ofCoffee = (await redis.hkeys(tasks)).filter((field) => field.endsWith(':coffee'));
    expect(ofCoffee).toEqual(['starts:coffee']);
    expect(await redis.hmget(tasks, `open:${PLACE}`, `deaths:${PLACE}`)).toEqual([null, null]);
  });

  it('lets the new tasks run in their order, with what was there before', async () => {
    const { ledger } = await halfDone();
    await amendPlan(ledger, goalId, amendment());
    expect((await startTask(ledger, { goalId, rev: 2, taskId: 'advice' })).kind).toBe('unready');
    const reference = { goalId, rev: 2, taskId: 'cocoa' };
    const start = await startTask(ledger, reference);
    expect(start).toMatchObject({ kind: 'started', task: { worker: 'writer', dependents: ['advice'] } });
    if (start.kind !== 'started') return;
    await recordOutcome(ledger, reference, start.lease, unworked('succeeded'), start.task.dependents);
    expect((await readEvents(ledger, goalId, '0')).at(-1)).toMatchObject({
      event: 'task.queued',
      data: { taskId: 'advice' },
    });
    expect(await startTask(ledger, { goalId, rev: 2, taskId: 'advice' })).toMatchObject({
      kind: 'started',
      dependencies: [
        { taskId: 'tea', outcome: { output: 'tea' } },
        { taskId: 'cocoa', outcome: { status: 'succeeded' } },
      ],
    });
  });

  it('gives a task that was replaced under its own id a fresh run', async () => {
    const { ledger, redis } = await halfDone();
    const { tasks } = ledger.goal(goalId);
    await redis.hset(tasks, 'sub:coffee', 'goal_2');
    const replaced = { ...plan, tasks: [tea, { ...coffee, worker: 'writer' }, advice] };
    await amendPlan(ledger, goalId, amendment({ plan: replaced, clear: ['coffee', 'advice'] }));
    expect(await startTask(ledger, { goalId, rev: 2, taskId: 'coffee' })).toMatchObject({
      kind: 'started',
      lease: { number: 2 },
      task: { worker: 'writer' },
    });
    expect(await redis.hget(tasks, 'sub:coffee')).toBeNull();
  });

  it('ends what is open, runs nothing, and keeps the plan where it is asked to', async () => {
    const test = await open();
    const { ledger, redis } = test;
    await endTask(ledger, 'tea', 'succeeded');
    const running = await leaseOf(ledger, { goalId, rev: 1, taskId: 'coffee' });
    const last = await redis.hget(ledger.goal(goalId).goal, 'lastEvent');
    const end: Outcome = { ...unworked('cancelled', 'Not needed.'), metadata: { finishedEarly: true } };
    const early = amendment({
      plan: null,
      clear: [],
      end,
      counts: null,
      event: { event: 'goal.judged', data: { about: 'early_finish' } },
      fields: { finishedEarly: 'Enough.' },
    });
    expect(await amendPlan(ledger, goalId, early)).toBe(true);
    const facts = await readGoalFacts(ledger, goalId);
    expect(facts).toMatchObject({ rev: 2, runTaskIds: [], plan: { taskIds: ['tea', 'coffee', 'advice'] } });
    expect(await redis.hmget(ledger.goal(goalId).goal, 'finishedEarly', 'replans')).toEqual([
      'Enough.',
      null,
    ]);
    expect(await eventsAfter(test, last)).toEqual([
      ['goal.judged', { about: 'early_finish' }],
      ['task.cancelled', { taskId: 'coffee' }],
      ['task.cancelled', { taskId: 'advice' }],
    ]);
    const results = facts?.plan ? await readTaskResults(ledger, goalId, facts.plan) : [];
    expect(results.map(({ outcome }) => outcome)).toMatchObject([{ output: 'tea' }, end, end]);
    const late = await recordOutcome(ledger, { goalId, rev: 1, taskId: 'coffee' }, running, end, []);
    expect(late).toBe('stale');
    const journal = openJournal(ledger, { goalId, lease: running, retries: 0 }, purpose);
    const key = { step: 'task', attempt: 1, requestHash: 'hash' };
    expect(await journal.begin(key, claim)).toEqual({ kind: 'ended' });
    expect(await journal.mayGoOn(0, key)).toBe(false);
  });

  it('leaves the old run to be cleared as it was, and says that its work is over', async () => {
    const { ledger, connect } = await halfDone();
    const subscriber = connect();
    const heard: string[] = [];
    subscriber.on('message', (_channel: string, message: string) => heard.push(message));
    await subscriber.subscribe(ledger.keyspace.endedChannel);
    await amendPlan(ledger, goalId, amendment());
    expect(await closingRuns(ledger, 0)).toEqual([{ goalId, rev: 1 }]);
    expect(await tasksOfRun(ledger, { goalId, rev: 1 })).toMatchObject([
      { id: 'tea', worker: 'researcher', dependencies: [], description: '' },
      { id: 'coffee', worker: 'researcher' },
      { id: 'advice', dependencies: ['tea', 'coffee'] },
    ]);
    await expect.poll(() => heard).toEqual([`${goalId} 1`]);
  });

  it('is done by one of two callers, and counted once', async () => {
    const { ledger, redis } = await halfDone();
    const both = await Promise.all([
      amendPlan(ledger, goalId, amendment()),
      amendPlan(ledger, goalId, amendment()),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await redis.hmget(ledger.goal(goalId).goal, 'rev', 'replans')).toEqual(['2', '1']);
  });
});

describe('a plan is left as it is', () => {
  async function unchanged(test: TestLedger, asked: PlanAmendment): Promise<void> {
    const keys = test.ledger.goal(goalId);
    const state = () => Promise.all([test.redis.hgetall(keys.goal), test.redis.hgetall(keys.tasks)]);
    const before = await state();
    expect(await amendPlan(test.ledger, goalId, asked)).toBe(false);
    expect(await state()).toEqual(before);
    expect(await closingRuns(test.ledger, 0)).toEqual([]);
  }

  it('by whoever knows another rev', async () => {
    const test = await halfDone();
    await unchanged(test, amendment({ rev: 0 }));
    await unchanged(test, amendment({ rev: 2 }));
  });

  it('by whoever lost its lease', async () => {
    const test = await halfDone();
    await unchanged(test, amendment({ lease: { place: PLACE, number: 2 } }));
    await test.redis.hincrby(test.ledger.goal(goalId).tasks, `starts:${PLACE}`, 1);
    await unchanged(test, amendment());
  });

  it('once the goal has ended, or its answer is being put together, or before it has a plan', async () => {
    const over = await halfDone();
    await endGoal(over.ledger, goalId, { status: 'failed', rev: 1, lease: null }, RETENTION);
    await unchanged(over, amendment());
    const late = await halfDone();
    const step = { from: ['running'], rev: 1, to: 'synthesizing', event: 'goal.synthesizing' } as const;
    await advanceGoal(late.ledger, goalId, { ...step, place: ':synthesis' });
    await unchanged(late, amendment());
    const early = openTestLedger();
    await createGoal(early.ledger, newGoal(goalId));
    expect(await amendPlan(early.ledger, goalId, amendment({ rev: 0 }))).toBe(false);
    await recordPlan(early.ledger, goalId, 1, null, plan);
    expect(await amendPlan(early.ledger, goalId, amendment())).toBe(false);
  });
});
