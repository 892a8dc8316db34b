/* Which goals analytics are of, and what is kept of each. */
import { describe, expect, it } from 'vitest';
import { createGoal, forgetGoal } from '../ledger/goal-acceptance.ts';
import { endGoal, retryGoal } from '../ledger/goal-end.ts';
import { dayOf } from '../ledger/usage-report.ts';
import { forgetEndedGoals } from '../ledger/watch.ts';
import { newGoal, RETENTION, runningGoal, TENANT } from '../ledger/testing/test-ledger.ts';
import { done, ended, endedGoal, openTestAnalytics, worked } from './testing/ended-goals.ts';

describe('goals that are told of', () => {
  it('are those that have ended, of one tenant, in these days', async () => {
    const { ledger, redis, read, today } = openTestAnalytics();
    await endedGoal(ledger);
    await runningGoal(ledger, 'goal_open');
    const report = await read();
    expect(report).toMatchObject({
      goals: { considered: 1, open: 1, hasMore: false, statuses: { succeeded: 1, failed: 0 } },
      tasks: [
        { workerType: 'researcher', tasks: 3, outcomes: { succeeded: 3 }, attempts: { one: 3, most: 1 } },
      ],
      bottleneck: { goals: 1, simulation: { goals: 1, tasks: 3 } },
      errors: { items: [] },
    });
    expect(report.goals.oldestCreatedAt?.slice(0, 10)).toBe(today);
    expect((await read({}, undefined, 'other')).goals).toMatchObject({ considered: 0, open: 0 });
    // Whatever an index says.
    await redis.zadd(ledger.keyspace.tenantGoals('other'), Date.now(), 'goal_1');
    expect((await read({}, undefined, 'other')).goals).toMatchObject({ considered: 0, open: 0 });
    const yesterday = dayOf(Date.now() - 86_400_000);
    expect((await read({ from: yesterday, to: yesterday })).goals.considered).toBe(0);
  });

  it('fit the recipe and every label', async () => {
    const { ledger, read } = openTestAnalytics();
    await endedGoal(ledger, 'goal_1', { recipe: 'report', labels: { team: 'growth', kind: 'a' } });
    await endedGoal(ledger, 'goal_2', { labels: { team: 'growth' } });
    const considered = async (fields: object): Promise<number> => (await read(fields)).goals.considered;
    expect(await considered({ recipe: 'report' })).toBe(1);
    expect(await considered({ recipe: 'repor' })).toBe(0);
    expect(await considered({ labels: { team: 'growth' } })).toBe(2);
    expect(await considered({ labels: { team: 'growth', kind: 'a' } })).toBe(1);
    expect(await considered({ labels: { constructor: 'x' } })).toBe(0);
  });

  it('are the newest, and the report says whether there were more', async () => {
    const { ledger, read, digestOf } = openTestAnalytics();
    for (const goalId of ['goal_1', 'goal_2', 'goal_3']) await endedGoal(ledger, goalId);
    const three = await read({}, { most: 3, mostLookedAt: 3, atOnce: 2 });
    expect(three.goals).toMatchObject({ considered: 3, hasMore: false });
    expect(three.warnings).toEqual([]);
    for (const limits of [
      { most: 2, mostLookedAt: 10, atOnce: 2 },
      { most: 10, mostLookedAt: 2, atOnce: 2 },
    ]) {
      const report = await read({}, limits);
      expect(report.goals).toMatchObject({ considered: 2, hasMore: true });
      expect(report.warnings).toEqual([expect.stringContaining('Only the newest 2 goals')]);
    }
    expect(await digestOf('goal_3')).not.toBe(null);
  });
});

describe('a digest', () => {
  it('is made once, and kept for as long as its goal is', async () => {
    const { ledger, redis, read, digestOf, keys } = openTestAnalytics();
    const goalId = await endedGoal(ledger);
    expect(await digestOf(goalId)).toBe(null);
    const first = await read();
    const kept = await digestOf(goalId);
    expect(kept).not.toBe(null);
    // What it was made of is not looked at again.
    await redis.del(ledger.goal(goalId).tasks);
    expect(await read()).toEqual(first);
    expect(await digestOf(goalId)).toBe(kept);
    const [ofGoal, ofDigest] = [
      await redis.pttl(ledger.goal(goalId).goal),
      await redis.pttl(ledger.goal(goalId).digest),
    ];
    expect(Math.abs(ofGoal - ofDigest)).toBeLessThan(1_000);
    await redis.zadd(ledger.keyspace.endedGoals, 1, `${goalId} ${TENANT}`);
    expect(await forgetEndedGoals(ledger)).toBe(1);
    expect((await keys()).filter((key) => key.includes(goalId))).toEqual([]);
    expect((await read()).goals.considered).toBe(0);
  });

  it('goes with a goal that is taken back', async () => {
    const { ledger, redis, keys } = openTestAnalytics();
    await createGoal(ledger, newGoal());
    await redis.set(ledger.goal('goal_1').digest, '{}');
    expect(await forgetGoal(ledger, newGoal())).toBe(true);
    expect((await keys()).filter((key) => key.includes('goal_1'))).toEqual([]);
  });

  it('is made anew once its goal was retried, and not of a goal that goes on', async () => {
    const { ledger, redis, read } = openTestAnalytics();
    const goalId = await runningGoal(ledger);
    await done(ledger, goalId, 'tea');
    await done(
      ledger,
      goalId,
      'coffee',
      worked('failed', ['The task took longer than the 30 s it may take.'], {
        metadata: { cause: 'deadline' },
      }),
    );
    const error = { type: 'no_result', message: 'Nothing came of 2 tasks.' };
    await endGoal(ledger, goalId, { ...ended, status: 'failed', error }, RETENTION);
    const before = await read();
    expect(before.goals.statuses).toMatchObject({ failed: 1 });
    expect(before.errors.items).toMatchObject([
      {
        kind: 'goal_failed',
        cause: 'no_result',
        message: 'Nothing came of <n> tasks.',
        workerTypes: [],
        examples: [{ goalId, taskId: null }],
      },
      {
        kind: 'task_failed',
        cause: 'deadline',
        message: 'The task took longer than the <n> s it may take.',
        count: 1,
        recovered: 0,
        workerTypes: ['researcher'],
        examples: [{ goalId, taskId: 'coffee' }],
      },
    ]);
    expect((await retryGoal(ledger, goalId)).kind).toBe('retried');
    expect((await read()).goals).toMatchObject({ considered: 0, open: 1 });
    for (const taskId of ['coffee', 'advice']) await done(ledger, goalId, taskId, worked('succeeded'), 2);
    // A clock that has not moved on would make two ends one.
    const [at] = await redis.hmget(ledger.goal(goalId).goal, 'finishedAt');
    expect(at).toBe(null);
    await endGoal(ledger, goalId, ended, RETENTION);
    const after = await read();
    expect(after.goals.statuses).toMatchObject({ succeeded: 1, failed: 0 });
    expect(after.tasks).toMatchObject([
      { outcomes: { succeeded: 3, failed: 0 }, attempts: { one: 2, two: 1 } },
    ]);
    expect(after.errors.items.map(({ cause, recovered, count }) => ({ cause, recovered, count }))).toEqual(
      expect.arrayContaining([
        { cause: 'no_result', recovered: 1, count: 1 },
        { cause: 'deadline', recovered: 1, count: 1 },
      ]),
    );
  });

  it('of another release is made anew', async () => {
    const { ledger, redis, read, digestOf } = openTestAnalytics();
    const goalId = await endedGoal(ledger);
    const first = await read();
    const kept = (await digestOf(goalId)) ?? '';
    await redis.set(
      ledger.goal(goalId).digest,
      kept.replace('"version":1', '"version":0').replace('researcher', 'nobody'),
    );
    expect(await read()).toEqual(first);
  });
});
