import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { appendEvents } from './event-log.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { listGoals } from './goal-index.ts';
import { createGoal } from './goal-acceptance.ts';
import type { Ledger } from './ledger.ts';
import {
  clearCounts,
  closingRuns,
  forgetEndedGoals,
  overdueGoals,
  quietGoals,
  runClosed,
  takeWatch,
  tasksOfRun,
} from './watch.ts';
import { newGoal, openTestLedger, RETENTION, runningGoal, TENANT } from './testing/test-ledger.ts';

const cancelled = { status: 'cancelled', rev: null, lease: null, leavesJobs: true } as const;
const HOUR = 3_600_000;

/** Goals are as old as Redis's clock says: what happened is moved back instead of waiting. */
async function letPass(ledger: Ledger, key: string, ms: number): Promise<void> {
  for (const member of await ledger.redis.zrange(key, '0', '-1'))
    await ledger.redis.zincrby(key, -ms, member);
}

describe('the watch', () => {
  it("is one process's until it says nothing for a while", async () => {
    const { ledger, redis } = openTestLedger();
    expect(await takeWatch(ledger, 'first')).toBe(true);
    expect(await takeWatch(ledger, 'second')).toBe(false);
    expect(await takeWatch(ledger, 'first')).toBe(true);
    const left = await redis.pttl(ledger.keyspace.watch);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5_000);
    await redis.del(ledger.keyspace.watch);
    expect(await takeWatch(ledger, 'second')).toBe(true);
    expect(await takeWatch(ledger, 'first')).toBe(false);
  });
});

describe('overdue goals', () => {
  it("are the open ones whose deadline has passed by Redis's clock, the request's own before the server's", async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal('goal_default'));
    await createGoal(ledger, newGoal('goal_short', { options: { deadline: '10m' } }));
    expect(await overdueGoals(ledger)).toEqual([]);
    await letPass(ledger, ledger.keyspace.openGoals, HOUR / 2);
    expect(await overdueGoals(ledger)).toEqual(['goal_short']);
    await letPass(ledger, ledger.keyspace.openGoals, HOUR);
    expect(await overdueGoals(ledger)).toEqual(['goal_short', 'goal_default']);
  });

  it('are none for a process whose own clock is a year ahead', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 365 * 24 * HOUR });
    onTestFinished(() => void vi.useRealTimers());
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    expect(await overdueGoals(ledger)).toEqual([]);
    vi.useRealTimers();
    expect(await overdueGoals(ledger)).toEqual([]);
    await letPass(ledger, ledger.keyspace.openGoals, 2 * HOUR);
    expect(await overdueGoals(ledger)).toEqual(['goal_1']);
  });

  it('are none that have ended', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, { ...newGoal(), deadlineMs: 0 });
    expect(await overdueGoals(ledger)).toEqual(['goal_1']);
    await endGoal(ledger, 'goal_1', cancelled, RETENTION);
    expect(await overdueGoals(ledger)).toEqual([]);
  });
});

describe('quiet goals', () => {
  async function quiet(ledger: Ledger, quietMs: number): Promise<string[]> {
    const found: string[] = [];
    for await (const page of quietGoals(ledger, quietMs)) {
      found.push(...page.map(({ goalId, eventId }) => `${goalId} ${eventId}`));
    }
    return found.sort();
  }

  it('are the open ones of which nothing was heard for long, each with its last event', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await createGoal(ledger, newGoal('goal_ended'));
    await endGoal(ledger, 'goal_ended', cancelled, RETENTION);
    expect(await quiet(ledger, HOUR)).toEqual([]);
    expect(await quiet(ledger, -HOUR)).toEqual([`${goalId} 5-0`]);
    await appendEvents(ledger, goalId, null, [{ event: 'task.progress', data: {} }]);
    expect(await quiet(ledger, -HOUR)).toEqual([`${goalId} 6-0`]);
  });

  it('are all found, a page at a time', async () => {
    const { ledger } = openTestLedger();
    const ids = Array.from({ length: 700 }, (_, index) => `goal_${index}`);
    await Promise.all(ids.map((goalId) => createGoal(ledger, newGoal(goalId))));
    expect(new Set(await quiet(ledger, -HOUR))).toEqual(new Set(ids.map((goalId) => `${goalId} 1-0`)));
  });

  it('are none where there is no goal', async () => {
    const { ledger, redis } = openTestLedger();
    expect(await quiet(ledger, -HOUR)).toEqual([]);
    await redis.zadd(ledger.keyspace.openGoals, 1, 'goal_gone');
    expect(await quiet(ledger, -HOUR)).toEqual([]);
  });
});

describe('a closing run', () => {
  it('is listed from a while after its end until nothing is left of it, each rev for itself', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await endGoal(ledger, goalId, cancelled, RETENTION);
    await retryGoal(ledger, goalId);
    await endGoal(ledger, goalId, cancelled, RETENTION);
    expect(await closingRuns(ledger, HOUR)).toEqual([]);
    await letPass(ledger, ledger.keyspace.closingRuns, HOUR);
    const [first, second] = [
      { goalId, rev: 1 },
      { goalId, rev: 2 },
    ];
    expect(await closingRuns(ledger, HOUR)).toEqual([first, second]);
    expect(await tasksOfRun(ledger, first)).toBeNull();
    expect(await tasksOfRun(ledger, second)).toEqual(['tea', 'coffee', 'advice']);
    await runClosed(ledger, first);
    expect(await closingRuns(ledger, HOUR)).toEqual([second]);
  });
});

describe('ended goals', () => {
  it('are forgotten with every key and their place in the list when their retention is over', async () => {
    const { ledger, redis, keys } = openTestLedger();
    const links = () => ({ self: '', events: '', dashboard: null });
    await runningGoal(ledger, 'goal_kept');
    const before = await keys();
    const goalId = await runningGoal(ledger);
    await endGoal(ledger, goalId, { ...cancelled, rev: 1, leavesJobs: false }, RETENTION);
    expect(await forgetEndedGoals(ledger)).toBe(0);
    await letPass(ledger, ledger.keyspace.endedGoals, RETENTION);
    expect(await forgetEndedGoals(ledger)).toBe(1);
    expect((await keys()).sort()).toEqual(before.sort());
    expect(await redis.zrange(ledger.keyspace.tenantGoals(TENANT), '0', '-1')).toEqual(['goal_kept']);
    const query = { tenant: TENANT, status: null, labels: {}, limit: 10, after: null };
    expect((await listGoals(ledger, query, links)).items.map(({ id }) => id)).toEqual(['goal_kept']);
    expect(await forgetEndedGoals(ledger)).toBe(0);
  });

  it('are not, once they were retried', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await endGoal(ledger, goalId, cancelled, RETENTION);
    await retryGoal(ledger, goalId);
    await letPass(ledger, ledger.keyspace.endedGoals, RETENTION);
    expect(await forgetEndedGoals(ledger)).toBe(0);
  });

  it('forgets counts of open goals only where no goal is open', async () => {
    const { ledger, redis } = openTestLedger();
    await createGoal(ledger, newGoal());
    await redis.hset(ledger.keyspace.openCounts, 'other', '7');
    await clearCounts(ledger);
    expect(await redis.hget(ledger.keyspace.openCounts, 'other')).toBe('7');
    await endGoal(ledger, 'goal_1', { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await clearCounts(ledger);
    expect(await redis.exists(ledger.keyspace.openCounts)).toBe(0);
  });
});
