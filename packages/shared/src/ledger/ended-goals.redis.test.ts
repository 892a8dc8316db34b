import { Redis } from 'ioredis';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { openProxy } from '../../../../faults/proxy/tcp-proxy.ts';
import { watchEndedGoals, type EndedGoals } from './ended-goals.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { openTestLedger, RETENTION, runningGoal, type TestLedger } from './testing/test-ledger.ts';

const failed = { status: 'failed', rev: null, lease: null } as const;

async function openWatch({ ledger, connect }: TestLedger, subscriber = connect()): Promise<EndedGoals> {
  const endedGoals = await watchEndedGoals(ledger, subscriber, () => undefined);
  onTestFinished(() => endedGoals.close());
  return endedGoals;
}

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(true);
    signal.addEventListener('abort', () => resolve(true));
  });

describe('ended goals', () => {
  it('aborts every watcher of the goal that ended, and nobody else', async () => {
    const test = openTestLedger();
    const ending = await runningGoal(test.ledger, 'goal_ending');
    const other = await runningGoal(test.ledger, 'goal_other');
    const endedGoals = await openWatch(test);
    const [first, second, kept] = [
      endedGoals.watch(ending, null),
      endedGoals.watch(ending, null),
      endedGoals.watch(other, null),
    ];
    await endGoal(test.ledger, ending, failed, RETENTION);
    await Promise.all([aborted(first.signal), aborted(second.signal)]);
    expect(kept.signal.aborted).toBe(false);
  });

  it('learns after a lost connection what ended meanwhile', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const subscriber = test.connect();
    const endedGoals = await openWatch(test, subscriber);
    const { signal } = endedGoals.watch(goalId, null);
    subscriber.disconnect(true);
    await endGoal(test.ledger, goalId, failed, RETENTION);
    await aborted(signal);
  });

  it('notices that nothing comes any more over a socket that is open still', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const { hostname, port } = new URL(inject('redisUrl'));
    const proxy = await openProxy({ host: hostname, port: Number(port || 6_379) });
    const subscriber = new Redis(proxy.port, proxy.host, { maxRetriesPerRequest: null, socketTimeout: 300 });
    subscriber.on('error', () => undefined);
    onTestFinished(() => proxy.close());
    const endedGoals = await watchEndedGoals(test.ledger, subscriber, () => undefined, 50);
    onTestFinished(() => endedGoals.close());
    const { signal } = endedGoals.watch(goalId, null);

    const lost = new Promise((resolve) => subscriber.once('close', resolve));
    proxy.freeze();
    await endGoal(test.ledger, goalId, failed, RETENTION);
    await lost;
    expect(signal.aborted).toBe(false);
    await proxy.clear();
    await aborted(signal);
  });

  it('forgets a goal when its last watcher is released, once', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const endedGoals = await openWatch(test);
    const [first, second] = [endedGoals.watch(goalId, null), endedGoals.watch(goalId, null)];
    first.release();
    first.release();
    await endGoal(test.ledger, goalId, failed, RETENTION);
    await aborted(second.signal);
    second.release();
    expect(endedGoals.watch(goalId, null).signal.aborted).toBe(false);
  });

  it('does not abort the work of a retried goal while the work of its earlier run is not over', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const endedGoals = await openWatch(test);
    const earlier = endedGoals.watch(goalId, null);
    await endGoal(test.ledger, goalId, failed, RETENTION);
    await aborted(earlier.signal);
    await retryGoal(test.ledger, goalId);
    const later = endedGoals.watch(goalId, null);
    expect(later.signal.aborted).toBe(false);
    earlier.release();
    await endGoal(test.ledger, goalId, failed, RETENTION);
    await aborted(later.signal);
  });

  it('aborts the work of the revs that are over, and none of the next', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const endedGoals = await openWatch(test);
    const [first, second, third, planning] = [1, 2, 3, null].map(
      (rev) => endedGoals.watch(goalId, rev).signal,
    );
    await test.redis.publish(test.ledger.keyspace.endedChannel, `${goalId} 2`);
    await Promise.all([first, second].map((signal) => signal && aborted(signal)));
    expect([third?.aborted, planning?.aborted]).toEqual([false, false]);
    expect(endedGoals.watch(goalId, 3).signal).toBe(third);
    await endGoal(test.ledger, goalId, failed, RETENTION);
    await Promise.all([third, planning].map((signal) => signal && aborted(signal)));
  });

  it('learns after a lost connection which revs are over', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const subscriber = test.connect();
    const endedGoals = await openWatch(test, subscriber);
    const [old, current] = [endedGoals.watch(goalId, 1).signal, endedGoals.watch(goalId, 2).signal];
    subscriber.disconnect(true);
    await test.redis.hset(test.ledger.goal(goalId).goal, 'rev', 2);
    await aborted(old);
    expect(current.aborted).toBe(false);
  });
});
