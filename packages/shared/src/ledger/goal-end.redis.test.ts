import { describe, expect, it } from 'vitest';
import { noUsage, unworked, type OutcomeStatus } from '../contract/task-outcome.ts';
import { readEvents } from './event-log.ts';
import { endGoal, retryGoal, type GoalEnd } from './goal-end.ts';
import { createGoal } from './goal-acceptance.ts';
import { advanceGoal, claimFlow, readGoalFacts, startNextRev } from './goal-record.ts';
import { recordPlan } from './plan-record.ts';
import { readEarlierOutput, readGoal } from './goal-view.ts';
import { openJournal } from './journal.ts';
import { MOST_DEATHS, PLANNER } from './lease.ts';
import { outcomeText, recordOutcome, startTask } from './task-record.ts';
import { closingRuns, overdueGoals, tasksOfRun } from './watch.ts';
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

const links = () => ({ self: '', events: '', dashboard: null });
const partly: GoalEnd = { status: 'partially_succeeded', rev: 1, lease: null, output: 'half', missing: [] };
const cancelled: GoalEnd = { status: 'cancelled', rev: null, lease: null, leavesJobs: true };

async function endTask(
  { ledger }: TestLedger,
  goalId: string,
  taskId: string,
  status: OutcomeStatus,
  rev = 1,
): Promise<void> {
  const task = { goalId, rev, taskId };
  const outcome = {
    status,
    output: taskId,
    errors: [],
    usage: noUsage,
    simulated: false,
    reviews: [],
    metadata: {},
  };
  const dependents = plan.tasks
    .filter(({ dependencies }) => dependencies.includes(taskId))
    .map(({ id }) => id);
  await recordOutcome(ledger, task, await leaseOf(ledger, task), outcome, dependents);
}

/** A goal of which tea succeeded, coffee failed and the advice was skipped. */
async function halfDone(test: TestLedger, fields: object = {}): Promise<string> {
  await createGoal(test.ledger, newGoal('goal_1', fields));
  await recordPlan(test.ledger, 'goal_1', 1, null, plan);
  await endTask(test, 'goal_1', 'tea', 'succeeded');
  await endTask(test, 'goal_1', 'coffee', 'failed');
  await endTask(test, 'goal_1', 'advice', 'skipped');
  await endGoal(test.ledger, 'goal_1', { ...partly, error: { type: 'some', message: 'Some.' } }, RETENTION);
  return 'goal_1';
}

async function taskStatuses({ ledger }: TestLedger, goalId: string): Promise<unknown> {
  const goal = await readGoal(ledger, goalId, TENANT, links);
  return Object.fromEntries(goal?.tasks.map(({ id, status }) => [id, status]) ?? []);
}

async function eventsAfter({ ledger }: TestLedger, goalId: string, last: string): Promise<unknown[]> {
  const events = await readEvents(ledger, goalId, last);
  return events.map(({ event, data: { goalId: _goalId, at: _at, ...about } }) => [event, about]);
}

async function lastEvent({ ledger, redis }: TestLedger, goalId: string): Promise<string> {
  return (await redis.hget(ledger.goal(goalId).goal, 'lastEvent')) ?? '0';
}

describe('retrying a goal', () => {
  it('runs again what failed and what was skipped for it, and keeps what succeeded', async () => {
    const test = openTestLedger();
    const goalId = await halfDone(test);
    expect(await retryGoal(test.ledger, goalId)).toEqual({ kind: 'retried', retries: 1 });
    expect(await readGoalFacts(test.ledger, goalId)).toMatchObject({
      status: 'running',
      rev: 2,
      submittedRev: 0,
      retries: 1,
      runTaskIds: ['coffee', 'advice'],
    });
    expect(await taskStatuses(test, goalId)).toEqual({
      tea: 'succeeded',
      coffee: 'queued',
      advice: 'pending',
    });
    const goal = await readGoal(test.ledger, goalId, TENANT, links);
    expect(goal).toMatchObject({ finishedAt: null, output: null, error: null, missing: [] });
  });

  it('keeps a partial result, and runs again what was cancelled', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    await endTask(test, goalId, 'tea', 'partial');
    await endGoal(test.ledger, goalId, cancelled, RETENTION);
    await retryGoal(test.ledger, goalId);
    expect((await readGoalFacts(test.ledger, goalId))?.runTaskIds).toEqual(['coffee', 'advice']);
    expect(await taskStatuses(test, goalId)).toMatchObject({ tea: 'partial' });
  });

  it('queues what waits for nothing that runs again, and the rest when that has ended', async () => {
    const test = openTestLedger();
    const goalId = await halfDone(test);
    const before = await lastEvent(test, goalId);
    await retryGoal(test.ledger, goalId);
    expect(await eventsAfter(test, goalId, before)).toEqual([
      ['goal.retried', { taskIds: ['coffee', 'advice'] }],
      ['goal.running', {}],
      ['task.queued', { taskId: 'coffee' }],
    ]);
    const retried = await lastEvent(test, goalId);
    await endTask(test, goalId, 'coffee', 'succeeded', 2);
    expect((await eventsAfter(test, goalId, retried)).at(-1)).toEqual(['task.queued', { taskId: 'advice' }]);
  });

  it('tells a task that runs again what the kept ones gave, and counts on its starts', async () => {
    const test = openTestLedger();
    const goalId = await halfDone(test);
    await retryGoal(test.ledger, goalId);
    await endTask(test, goalId, 'coffee', 'succeeded', 2);
    expect(await startTask(test.ledger, { goalId, rev: 2, taskId: 'advice' })).toMatchObject({
      kind: 'started',
      retries: 1,
      lease: { number: 2 },
      dependencies: [
        { taskId: 'tea', outcome: { output: 'tea' } },
        { taskId: 'coffee', outcome: { status: 'succeeded' } },
      ],
    });
    expect((await startTask(test.ledger, { goalId, rev: 1, taskId: 'advice' })).kind).toBe('stale');
  });

  it('has nothing to run when the tasks had all succeeded, but a synthesis', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    for (const taskId of ['tea', 'coffee', 'advice']) await endTask(test, goalId, taskId, 'succeeded');
    await endGoal(test.ledger, goalId, { status: 'failed', rev: 1, lease: null }, RETENTION);
    await retryGoal(test.ledger, goalId);
    expect(await readGoalFacts(test.ledger, goalId)).toMatchObject({ rev: 2, runTaskIds: [] });
  });

  it('keeps its keys, which were to expire, until it has ended again', async () => {
    const test = openTestLedger();
    const { ledger, redis } = test;
    const goalId = await runningGoal(ledger);
    const journal = openJournal(
      ledger,
      {
        goalId,
        lease: await leaseOf(ledger, { goalId, rev: 1, taskId: 'tea' }),
        retries: 0,
      },
      purpose,
    );
    await journal.begin({ step: 'call-1', attempt: 1, requestHash: 'abc' }, claim);
    const keys = Object.values(ledger.goal(goalId)).filter(
      (key) => !/(deliveries|reserved|digest)$/.test(key),
    );
    const kept = async (): Promise<boolean[]> =>
      Promise.all(keys.map(async (key) => (await redis.pttl(key)) === -1));
    await endGoal(ledger, goalId, cancelled, RETENTION);
    expect(await kept()).toEqual(keys.map(() => false));
    await retryGoal(ledger, goalId);
    expect(await kept()).toEqual(keys.map(() => true));
    await endGoal(ledger, goalId, cancelled, RETENTION);
    expect(await kept()).toEqual(keys.map(() => false));
  });

  it('is open again until its deadline, counted anew, and is not to be forgotten', async () => {
    const test = openTestLedger();
    const { ledger, redis } = test;
    await createGoal(ledger, newGoal('goal_1', { options: { deadline: '90s' } }));
    await endGoal(ledger, 'goal_1', cancelled, RETENTION);
    expect(await redis.zcard(ledger.keyspace.openGoals)).toBe(0);
    expect(await redis.zrange(ledger.keyspace.endedGoals, '0', '-1')).toEqual([`goal_1 ${TENANT}`]);
    await redis.hset(ledger.goal('goal_1').goal, 'deadlineAt', 1);
    const [seconds = 0] = await redis.time();
    const before = seconds * 1_000;
    await retryGoal(ledger, 'goal_1');
    expect(await redis.zcard(ledger.keyspace.endedGoals)).toBe(0);
    const deadlineAt = Number(await redis.zscore(ledger.keyspace.openGoals, 'goal_1'));
    expect(deadlineAt).toBeGreaterThanOrEqual(before + 90_000);
    expect(deadlineAt).toBeLessThan(before + 100_000);
    expect(await overdueGoals(ledger)).toEqual([]);
  });

  it('plans anew a goal that ended before it had a plan, under a planner that has not died yet', async () => {
    const test = openTestLedger();
    const { ledger } = test;
    const planning = {
      from: ['accepted'],
      rev: null,
      to: 'planning',
      event: 'goal.planning',
      place: PLANNER,
    } as const;
    await createGoal(ledger, newGoal());
    for (let death = 0; death <= MOST_DEATHS; death += 1) await advanceGoal(ledger, 'goal_1', planning);
    await endGoal(ledger, 'goal_1', { status: 'failed', rev: 0, lease: null }, RETENTION);
    const before = await lastEvent(test, 'goal_1');
    expect(await retryGoal(ledger, 'goal_1')).toEqual({ kind: 'retried', retries: 1 });
    expect(await eventsAfter(test, 'goal_1', before)).toEqual([['goal.retried', { taskIds: [] }]]);
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({ status: 'accepted', rev: 0, plan: null });
    expect(await advanceGoal(ledger, 'goal_1', planning)).toMatchObject({ kind: 'moved', retries: 1 });
    expect(await recordPlan(ledger, 'goal_1', 1, null, plan)).toBe(true);
  });

  it('is refused while the goal goes on, when it succeeded, and where there is none', async () => {
    const { ledger, keys } = openTestLedger();
    expect(await retryGoal(ledger, 'goal_none')).toEqual({ kind: 'gone' });
    expect(await keys()).toEqual([]);
    const goalId = await runningGoal(ledger);
    expect(await retryGoal(ledger, goalId)).toEqual({ kind: 'refused' });
    await endGoal(ledger, goalId, { status: 'succeeded', rev: 1, lease: null }, RETENTION);
    expect(await retryGoal(ledger, goalId)).toEqual({ kind: 'refused' });
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ status: 'succeeded', rev: 1, retries: 0 });
  });

  it('is done once by many at once, and its flow is for one to add', async () => {
    const test = openTestLedger();
    const { ledger } = test;
    const goalId = await halfDone(test);
    const twins = await Promise.all(Array.from({ length: 5 }, () => retryGoal(ledger, goalId)));
    expect(twins.filter(({ kind }) => kind === 'retried')).toHaveLength(1);
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimFlow(ledger, goalId, 2)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('may be done again and again, each time from what is left', async () => {
    const test = openTestLedger();
    const goalId = await halfDone(test);
    await retryGoal(test.ledger, goalId);
    await endTask(test, goalId, 'coffee', 'succeeded', 2);
    await endTask(test, goalId, 'advice', 'failed', 2);
    await endGoal(test.ledger, goalId, { ...partly, rev: 2 }, RETENTION);
    expect(await retryGoal(test.ledger, goalId)).toEqual({ kind: 'retried', retries: 2 });
    expect(await readGoalFacts(test.ledger, goalId)).toMatchObject({ rev: 3, runTaskIds: ['advice'] });
    expect(await startTask(test.ledger, { goalId, rev: 3, taskId: 'advice' })).toMatchObject({
      kind: 'started',
      dependencies: [{ outcome: { status: 'succeeded' } }, { outcome: { status: 'succeeded' } }],
    });
  });
});

describe('the results of a goal', () => {
  it('are every end that it had, and each answer is kept under its rev', async () => {
    const test = openTestLedger();
    const { ledger } = test;
    const goalId = await halfDone(test);
    const citations = [{ taskId: 'tea', description: 'Do tea' }];
    await test.redis.hset(ledger.goal(goalId).goal, 'citations', JSON.stringify(citations));
    await retryGoal(ledger, goalId);
    expect(await readGoal(ledger, goalId, TENANT, links)).toMatchObject({
      output: null,
      citations: [],
      prompts: {},
    });
    expect(await readEarlierOutput(ledger, goalId, 1)).toBe('half');
    await endGoal(
      ledger,
      goalId,
      { status: 'succeeded', rev: 2, lease: null, output: 'all', citations },
      RETENTION,
    );
    expect(await readGoal(ledger, goalId, TENANT, links)).toMatchObject({
      rev: 2,
      output: 'all',
      citations,
      results: [
        { rev: 1, status: 'partially_succeeded', finishedAt: expect.any(String) },
        { rev: 2, status: 'succeeded', finishedAt: expect.any(String) },
      ],
      prompts: { synthesis: expect.stringContaining('synthesis-') },
    });
    expect(await readEarlierOutput(ledger, goalId, 2)).toBeNull();
  });
});

describe('what an early finish left out', () => {
  it('is not done again by a retry', async () => {
    const test = openTestLedger();
    const { ledger, redis } = test;
    const goalId = await runningGoal(ledger);
    await endTask(test, goalId, 'tea', 'succeeded');
    await endTask(test, goalId, 'coffee', 'failed');
    const leftOut = { ...unworked('cancelled', 'Not needed.'), metadata: { finishedEarly: true } };
    await redis.hset(ledger.goal(goalId).tasks, 'outcome:advice', outcomeText(leftOut));
    await redis.hdel(ledger.goal(goalId).tasks, 'needs:advice');
    await redis.hset(ledger.goal(goalId).tasks, 'needs:advice', 'tea');
    await endGoal(ledger, goalId, partly, RETENTION);
    await retryGoal(ledger, goalId);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ runTaskIds: ['coffee'] });
  });
});

describe('a goal with a webhook', () => {
  it('has a message in the outbox for each of its runs, written with their ends', async () => {
    const test = openTestLedger();
    const { ledger, redis } = test;
    const goalId = await halfDone(test, { webhook: { url: 'https://example.com/hook' } });
    expect(await redis.zrange(ledger.keyspace.outbox, '0', '-1')).toEqual([`${goalId}.0`]);
    await retryGoal(ledger, goalId);
    await endGoal(ledger, goalId, cancelled, RETENTION);
    expect(await redis.zrange(ledger.keyspace.outbox, '0', '-1')).toEqual([`${goalId}.0`, `${goalId}.1`]);
    const messages = await redis.hmget(ledger.goal(goalId).deliveries, 'message:0', 'message:1');
    expect(messages.map((text) => JSON.parse(text ?? '') as unknown)).toEqual([
      { type: 'goal.partially_succeeded', status: 'partially_succeeded', at: expect.any(Number) },
      { type: 'goal.cancelled', status: 'cancelled', at: expect.any(Number) },
    ]);
  });

  it('has none in the outbox when an end is refused', async () => {
    const { ledger, redis } = openTestLedger();
    await createGoal(ledger, newGoal('goal_1', { webhook: { url: 'https://example.com/hook' } }));
    await endGoal(ledger, 'goal_1', { ...cancelled, rev: 5 }, RETENTION);
    expect(await redis.exists(ledger.keyspace.outbox, ledger.goal('goal_1').deliveries)).toBe(0);
  });
});

describe('a run that is ended from outside', () => {
  it('is listed as one that may have left jobs, with the tasks that it was to run', async () => {
    const test = openTestLedger();
    const { ledger } = test;
    const goalId = await halfDone(test);
    expect(await closingRuns(ledger, 0)).toEqual([]);
    await retryGoal(ledger, goalId);
    await endGoal(ledger, goalId, cancelled, RETENTION);
    expect(await closingRuns(ledger, 0)).toEqual([{ goalId, rev: 2 }]);
    expect(await tasksOfRun(ledger, { goalId, rev: 2 })).toEqual(['coffee', 'advice']);
  });

  it('is one of all tasks when it was the first, and none when the goal had no plan', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await createGoal(ledger, newGoal('goal_unplanned'));
    for (const each of [goalId, 'goal_unplanned']) await endGoal(ledger, each, cancelled, RETENTION);
    expect(await closingRuns(ledger, 0)).toEqual([{ goalId, rev: 1 }]);
    expect(await tasksOfRun(ledger, { goalId, rev: 1 })).toBeNull();
  });
});

describe('the flow of a rev', () => {
  it('is for whoever recorded the plan to add, or moved the goal to the rev', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    expect(await claimFlow(ledger, goalId, 1)).toBe(false);
    expect(await startNextRev(ledger, goalId, 1)).toBe('mine');
    expect(await claimFlow(ledger, goalId, 2)).toBe(false);
  });

  it("is for nobody to add in a rev that is not the goal's, or after its end", async () => {
    const test = openTestLedger();
    const goalId = await halfDone(test);
    expect(await claimFlow(test.ledger, goalId, 2)).toBe(false);
    await retryGoal(test.ledger, goalId);
    expect(await claimFlow(test.ledger, goalId, 1)).toBe(false);
    await endGoal(test.ledger, goalId, cancelled, RETENTION);
    expect(await claimFlow(test.ledger, goalId, 2)).toBe(false);
    expect(await startNextRev(test.ledger, goalId, 2)).toBe('others');
  });

  it('has one owner when a claim and a move to the next rev race', async () => {
    const test = openTestLedger();
    const goalId = await halfDone(test);
    await retryGoal(test.ledger, goalId);
    const [claimed, moved] = await Promise.all([
      claimFlow(test.ledger, goalId, 2),
      startNextRev(test.ledger, goalId, 2),
    ]);
    expect(claimed).toBe(true);
    expect(moved).toBe('mine');
    expect(await claimFlow(test.ledger, goalId, 3)).toBe(false);
  });
});
