/* What analytics tell of goals as the ledger keeps them. */
import { expect, it } from 'vitest';
import type { Review } from '../contract/review.ts';
import { appendEvents } from '../ledger/event-log.ts';
import { addFeedback } from '../ledger/feedback.ts';
import { signOfLife } from '../ledger/fleet.ts';
import { endGoal } from '../ledger/goal-end.ts';
import { recordPlan } from '../ledger/plan-record.ts';
import { createSubGoal } from '../ledger/sub-goals.ts';
import { recordOutcome } from '../ledger/task-record.ts';
import { leaseOf, newGoal, plan, RETENTION, runningGoal, TENANT } from '../ledger/testing/test-ledger.ts';
import { readAnalytics } from './read-analytics.ts';
import { done, ended, endedGoal, openTestAnalytics, worked } from './testing/ended-goals.ts';

function judged(round: number, verdict: Review['verdict'], score: number): Review {
  const scores = { accuracy: score, completeness: score, requirements: score, consistency: score };
  return { round, verdict, scores, feedback: [], judges: 1, passes: verdict === 'pass' ? 1 : 0 };
}

it('is feedback that came later, too', async () => {
  const { ledger, read, today } = openTestAnalytics();
  const goalId = await endedGoal(ledger, 'goal_1', { recipe: 'report' });
  expect((await read()).feedback.total).toEqual({ count: 0, mean: null, distribution: [0, 0, 0, 0, 0] });
  for (const score of [0, 0.2, 1]) await addFeedback(ledger, goalId, TENANT, { score, comment: 'So "so"' });
  const given = { count: 3, mean: 0.4, distribution: [1, 1, 0, 0, 1] };
  expect((await read()).feedback).toEqual({
    total: given,
    items: [{ day: today, ...given }],
    recipes: [{ recipe: 'report', ...given }],
  });
});

it('is what judges said, of tasks and of answers', async () => {
  const { ledger, read } = openTestAnalytics();
  const goalId = await runningGoal(ledger);
  await done(
    ledger,
    goalId,
    'tea',
    worked('succeeded', [], { reviews: [judged(1, 'fail', 0.5), judged(2, 'pass', 0.8)] }),
  );
  await done(
    ledger,
    goalId,
    'coffee',
    worked('partial', ['Not good.'], { reviews: [judged(1, 'fail', 0.4)] }),
  );
  await done(
    ledger,
    goalId,
    'advice',
    worked('succeeded', [], { reviews: [{ ...judged(1, 'none', 0), scores: null }] }),
  );
  await endGoal(ledger, goalId, { ...ended, reviews: [judged(1, 'pass', 0.9)] }, RETENTION);
  const { reviews, errors } = await read();
  expect(reviews.total).toMatchObject([
    {
      workerType: ':synthesis',
      reviewed: 1,
      judged: 1,
      passShare: 1,
      firstPassShare: 1,
      rounds: 1,
      scores: { accuracy: 0.9 },
    },
    {
      workerType: 'researcher',
      reviewed: 3,
      judged: 2,
      passShare: 0.5,
      firstPassShare: 0,
      rounds: 1.333,
      scores: { completeness: 0.6 },
    },
  ]);
  expect(reviews.items.map(({ workerType }) => workerType)).toEqual([':synthesis', 'researcher']);
  expect(errors.items).toMatchObject([
    { kind: 'task_partial', cause: 'review_failed', message: 'Not good.' },
  ]);
});

it('is calls that were made again, and whether that helped', async () => {
  const { ledger, read } = openTestAnalytics();
  const goalId = await runningGoal(ledger);
  const retrying = (taskId: string, reason: string) =>
    appendEvents(ledger, goalId, 1, [
      { event: 'task.retrying', data: { taskId, reason, cause: 'overloaded_error', delayMs: 5 } },
    ]);
  // More than a page of events, and what is no trouble among them.
  const progress = { event: 'task.progress', data: { taskId: 'tea', characters: 1 } } as const;
  await appendEvents(
    ledger,
    goalId,
    1,
    Array.from({ length: 600 }, () => progress),
  );
  for (const [taskId, reason] of [
    ['tea', 'Overloaded for 3 s'],
    ['tea', 'Overloaded for 9 s'],
    ['coffee', 'Overloaded for 1 s'],
  ] as const) {
    await retrying(taskId, reason);
  }
  await done(ledger, goalId, 'tea');
  await done(
    ledger,
    goalId,
    'coffee',
    worked('failed', ['Overloaded'], { metadata: { cause: 'overloaded_error' } }),
  );
  await endGoal(ledger, goalId, { ...ended, status: 'partially_succeeded' }, RETENTION);
  const [first, ...others] = (await read()).errors.items;
  // How a task ended is told once, by its outcome or by its event.
  expect(others).toMatchObject([{ kind: 'task_failed', cause: 'overloaded_error', count: 1 }]);
  expect(first).toMatchObject({
    kind: 'call_retried',
    cause: 'overloaded_error',
    message: 'Overloaded for <n> s',
    count: 3,
    recovered: 2,
    recoveredShare: 0.6667,
    goals: 1,
  });
});

it('is the tasks of sub-goals, in the place of the task that they were for', async () => {
  const { ledger, read } = openTestAnalytics();
  const goalId = await runningGoal(ledger);
  const tea = { goalId, rev: 1, taskId: 'tea' };
  const sub = {
    goalId: 'goal_sub',
    kind: 'goal',
    depth: 2,
    goal: 'Tea',
    context: null,
    options: newGoal().request.options,
    recipe: null,
    plan: null,
    inputs: [],
  } as const;
  const lease = await leaseOf(ledger, tea);
  await createSubGoal(ledger, tea, lease, sub, { jobId: 'job', message: 'Handed on.' });
  const [green, black] = plan.tasks.map((task, index) => ({
    ...task,
    id: `tea_${index}`,
    worker: 'writer',
    dependencies: [],
  }));
  if (!green || !black) throw new Error('There are three tasks.');
  await recordPlan(ledger, 'goal_sub', 1, null, { ...plan, tasks: [green, black] });
  await done(ledger, 'goal_sub', 'tea_0');
  await done(ledger, 'goal_sub', 'tea_1', worked('failed', ['No.'], { metadata: { cause: 'worker_error' } }));
  await endGoal(ledger, 'goal_sub', { ...ended, status: 'partially_succeeded' }, RETENTION);
  await recordOutcome(ledger, tea, lease, worked('partial', ['A part.']), ['advice']);
  await done(ledger, goalId, 'coffee');
  await done(ledger, goalId, 'advice');
  await endGoal(ledger, goalId, ended, RETENTION);
  const { goals, tasks, errors, bottleneck } = await read();
  expect(goals.considered).toBe(1);
  expect(tasks.map(({ workerType, tasks: count }) => [workerType, count])).toEqual([
    ['researcher', 3],
    ['writer', 2],
  ]);
  expect(errors.items).toMatchObject([
    { cause: 'sub_goal', examples: [{ goalId, taskId: 'tea' }] },
    { cause: 'worker_error', workerTypes: ['writer'], examples: [{ goalId: 'goal_sub', taskId: 'tea_1' }] },
  ]);
  expect(bottleneck.simulation).toMatchObject({ tasks: 4 });
});

it('is the time of slots, over all tenants, by the hour', async () => {
  const { ledger, redis, read } = openTestAnalytics();
  await signOfLife(ledger, 'a', { writer: 2 }, [{ workerType: 'writer', slotMs: 10_000.4, busyMs: 2_500 }]);
  await signOfLife(ledger, 'b', { writer: 1 }, [
    { workerType: 'writer', slotMs: 5_000, busyMs: 5_000 },
    { workerType: 'my own', slotMs: 1, busyMs: 0 },
  ]);
  await signOfLife(ledger, 'c', { writer: 1 });
  const { utilisation } = await read({}, undefined, 'anybody');
  expect(utilisation).toMatchObject({ scope: 'fleet', by: 'hour' });
  expect(utilisation.total).toEqual([
    { workerType: 'my own', slotSeconds: 0.001, busySeconds: 0, share: 0 },
    { workerType: 'writer', slotSeconds: 15, busySeconds: 7.5, share: 0.5 },
  ]);
  expect(utilisation.items.every(({ at }) => at.endsWith(':00:00.000Z'))).toBe(true);
  const [key = ''] = await redis.keys(`${ledger.keyspace.slotTime}*`);
  expect(await redis.pttl(key)).toBeGreaterThan(92 * 86_400_000);
  expect(Number(await redis.hget(key, 'minutes writer'))).toBeGreaterThanOrEqual(1);
  expect(Number(await redis.hget(key, 'minutes writer'))).toBeLessThanOrEqual(2);
});

it('is not made for somebody who has gone', async () => {
  const { ledger, today } = openTestAnalytics();
  await endedGoal(ledger);
  const gone = AbortSignal.abort(new Error('Gone.'));
  const period = { from: today, to: today, recipe: null, labels: {} };
  await expect(readAnalytics(ledger, TENANT, period, gone)).rejects.toThrow('Gone.');
});
