import { describe, expect, it } from 'vitest';
import { createGoal, forgetGoal, KEY_KEPT, type Creation, type NewGoal } from './goal-acceptance.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { readGoalFacts } from './goal-record.ts';
import { newGoal, openTestLedger, RETENTION, TENANT } from './testing/test-ledger.ts';

const idempotency = { key: 'digest-of-key', body: 'digest-of-body' };

function keyed(goalId: string, more: Partial<NewGoal> = {}): NewGoal {
  return { ...newGoal(goalId), idempotency, ...more };
}

function kinds(creations: readonly Creation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of creations) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('an Idempotency-Key', () => {
  it('makes one goal of fifty requests at once', async () => {
    const { ledger } = openTestLedger();
    const creations = await Promise.all(
      Array.from({ length: 50 }, (_, place) => createGoal(ledger, keyed(`goal_${place}`))),
    );
    expect(kinds(creations)).toEqual({ created: 1, replayed: 49 });
    const made = creations.findIndex(({ kind }) => kind === 'created');
    for (const creation of creations) {
      if (creation.kind === 'replayed') expect(creation.goalId).toBe(`goal_${made}`);
    }
    expect(await ledger.redis.zcard(ledger.keyspace.tenantGoals(TENANT))).toBe(1);
    expect(await ledger.redis.hget(ledger.keyspace.openCounts, TENANT)).toBe('1');
  });

  it('refuses another body, and writes nothing then', async () => {
    const { ledger, keys } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    const before = await keys();
    const other = keyed('goal_2', { idempotency: { ...idempotency, body: 'another' } });
    expect(await createGoal(ledger, other)).toEqual({ kind: 'mismatch' });
    expect((await keys()).toSorted()).toEqual(before.toSorted());
  });

  it("is its tenant's own", async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    expect(await createGoal(ledger, keyed('goal_2', { tenant: 'other' }))).toMatchObject({ kind: 'created' });
  });

  it('is kept for a day from the goal on, however often it is used', async () => {
    const { ledger, redis } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    const key = ledger.keyspace.idempotency(TENANT, idempotency.key);
    await redis.pexpire(key, 5_000);
    await createGoal(ledger, keyed('goal_2'));
    expect(await redis.pttl(key)).toBeLessThanOrEqual(5_000);
    expect(KEY_KEPT).toBe(86_400_000);
  });

  it('goes with a goal that is taken back, and makes another then', async () => {
    const { ledger, keys } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    expect(await forgetGoal(ledger, keyed('goal_1'))).toBe(true);
    expect(await keys()).toEqual([]);
    expect(await createGoal(ledger, keyed('goal_2'))).toMatchObject({ kind: 'created' });
  });

  it('keeps a goal that somebody else was promised meanwhile', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    await createGoal(ledger, keyed('goal_2'));
    expect(await forgetGoal(ledger, keyed('goal_1'))).toBe(false);
    expect(await readGoalFacts(ledger, 'goal_1')).not.toBeNull();
  });

  it('that makes another goal by now is not taken from it', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    await forgetGoal(ledger, keyed('goal_1'));
    await createGoal(ledger, keyed('goal_2'));
    await forgetGoal(ledger, keyed('goal_1'));
    expect(await createGoal(ledger, keyed('goal_3'))).toEqual({ kind: 'replayed', goalId: 'goal_2' });
    expect(await ledger.redis.hget(ledger.keyspace.openCounts, TENANT)).toBe('1');
  });

  it('has nothing to do with a goal that it never made', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, keyed('goal_1'));
    await createGoal(ledger, keyed('goal_2'));
    expect(await forgetGoal(ledger, keyed('goal_2'))).toBe(true);
    expect(await readGoalFacts(ledger, 'goal_1')).not.toBeNull();
  });
});

describe('the cap on open goals', () => {
  const capped = (goalId: string, more: Partial<NewGoal> = {}): NewGoal => ({
    ...newGoal(goalId),
    mostOpen: 2,
    ...more,
  });
  const cancel = { status: 'cancelled', rev: null, lease: null } as const;

  it('lets so many of a tenant in at once, and none more', async () => {
    const { ledger } = openTestLedger();
    const creations = await Promise.all(
      Array.from({ length: 20 }, (_, place) => createGoal(ledger, capped(`goal_${place}`))),
    );
    expect(kinds(creations)).toEqual({ created: 2, full: 18 });
    expect(await createGoal(ledger, capped('goal_x', { tenant: 'other' }))).toMatchObject({
      kind: 'created',
    });
  });

  it('makes room when a goal ends, once, and for a goal that is taken back', async () => {
    const { ledger } = openTestLedger();
    for (const goalId of ['goal_1', 'goal_2']) await createGoal(ledger, capped(goalId));
    await Promise.all([1, 2, 3].map(() => endGoal(ledger, 'goal_1', cancel, RETENTION)));
    expect(await createGoal(ledger, capped('goal_3'))).toMatchObject({ kind: 'created' });
    expect(await createGoal(ledger, capped('goal_4'))).toEqual({ kind: 'full' });
    await forgetGoal(ledger, capped('goal_3'));
    await forgetGoal(ledger, capped('goal_3'));
    expect(await createGoal(ledger, capped('goal_5'))).toMatchObject({ kind: 'created' });
    expect(await createGoal(ledger, capped('goal_6'))).toEqual({ kind: 'full' });
  });

  it('is not lowered twice for a goal that ended before it could be taken back', async () => {
    const { ledger, redis } = openTestLedger();
    for (const goalId of ['goal_1', 'goal_2']) await createGoal(ledger, capped(goalId));
    await endGoal(ledger, 'goal_1', cancel, RETENTION);
    expect(await forgetGoal(ledger, capped('goal_1'))).toBe(false);
    expect(await redis.hget(ledger.keyspace.openCounts, TENANT)).toBe('1');
  });

  it('holds for retries too, and leaves no count behind', async () => {
    const { ledger, redis } = openTestLedger();
    for (const goalId of ['goal_1', 'goal_2']) await createGoal(ledger, capped(goalId));
    await endGoal(ledger, 'goal_1', cancel, RETENTION);
    await createGoal(ledger, capped('goal_3'));
    expect(await retryGoal(ledger, 'goal_1', 2)).toEqual({ kind: 'full' });
    await endGoal(ledger, 'goal_3', cancel, RETENTION);
    expect(await retryGoal(ledger, 'goal_1', 2)).toMatchObject({ kind: 'retried' });
    for (const goalId of ['goal_1', 'goal_2']) await endGoal(ledger, goalId, cancel, RETENTION);
    expect(await redis.exists(ledger.keyspace.openCounts)).toBe(0);
  });
});
