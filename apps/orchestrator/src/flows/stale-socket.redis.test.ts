import { describe, expect, it, onTestFinished } from 'vitest';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import { openLedger } from '@baton/shared/ledger/ledger';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { createLogger } from '@baton/shared/telemetry/logger';
import { plan, runningGoal } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { openPrivateRedis } from '../../../../packages/shared/src/redis/testing/private-redis.ts';
import { openRunSubmitter, type RunSubmitter } from './submit-run.ts';

/** A process that submits runs over `connection`, and its ledger over another connection. */
async function submitter(redis: RedisConnection, connection: RedisConnection) {
  const ledger = openLedger(redis, keyspaceOf('stale'));
  const runs: RunSubmitter = openRunSubmitter({
    ledger,
    connection,
    prefix: ledger.keyspace.queuePrefix,
    retentionMs: 60_000,
    endGoal: async () => true,
    logger: createLogger('test', 'silent'),
  });
  onTestFinished(() => runs.close());
  const add = async (goalId: string): Promise<void> => {
    await runningGoal(ledger, goalId);
    const settings = { priority: 'medium', acceptedAt: Date.UTC(2026, 6, 1), finishEarly: false } as const;
    await runs.add({ goalId, rev: 1, ...settings, tasks: plan.tasks });
  };
  const roots = async (goalId: string): Promise<string[]> => redis.keys(`*:${goalId}.*.root`);
  return { ledger, add, roots };
}

describe('submitting a run over a socket that went stale', () => {
  it('goes on at once, on the next rev, when Redis has forgotten its scripts', async () => {
    const server = await openPrivateRedis();
    const redis = server.connect();
    const { ledger, add, roots } = await submitter(redis, server.connect());
    await add('goal_before');
    await redis.script('FLUSH');
    await add('goal_after');
    expect(await readGoalFacts(ledger, 'goal_after')).toMatchObject({ rev: 2, submittedRev: 2 });
    expect(await roots('goal_after')).toEqual([expect.stringContaining('goal_after.2.root')]);
    await add('goal_later');
    expect(await readGoalFacts(ledger, 'goal_later')).toMatchObject({ rev: 1, submittedRev: 1 });
  });

  it('goes on at once with all the goals that are submitted at that moment', async () => {
    const server = await openPrivateRedis();
    const redis = server.connect();
    const { ledger, add } = await submitter(redis, server.connect());
    await add('goal_before');
    await redis.script('FLUSH');
    const goalIds = Array.from({ length: 20 }, (_, place) => `goal_${place}`);
    const added = await Promise.allSettled(goalIds.map((goalId) => add(goalId)));
    expect(added.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    for (const [place, goalId] of goalIds.entries()) {
      const facts = await readGoalFacts(ledger, goalId);
      expect(facts?.rev).toBeLessThanOrEqual(2);
      // The others have lost their socket to the first: their jobs are tried again.
      expect(facts?.submittedRev).toBe(added[place]?.status === 'fulfilled' ? facts?.rev : 0);
    }
  });

  it('goes on at once when a failover has left it on a replica', async () => {
    const [one, other] = [await openPrivateRedis(), await openPrivateRedis()];
    const [first, second] = [one.connect(), other.connect()];
    await first.config('SET', 'repl-diskless-sync-delay', '0');
    await second.replicaof('127.0.0.1', one.port);
    await expect.poll(() => first.wait(1, 500), { timeout: 20_000 }).toBe(1);

    const producing = one.connect();
    const { ledger, add, roots } = await submitter(second, producing);
    await producing.ping();
    await second.replicaof('NO', 'ONE');
    await first.replicaof('127.0.0.1', other.port);
    await expect.poll(() => second.wait(1, 500), { timeout: 20_000 }).toBe(1);
    // Where the name that it connects to leads after the failover.
    producing.options.port = other.port;

    await add('goal_moved');
    expect(await readGoalFacts(ledger, 'goal_moved')).toMatchObject({ rev: 2, submittedRev: 2 });
    expect(await roots('goal_moved')).toEqual([expect.stringContaining('goal_moved.2.root')]);
  });
});
