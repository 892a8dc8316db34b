/* What a tenant may spend in a day, over all its goals. */
import { expect, it } from 'vitest';
import { createGoal } from './goal-acceptance.ts';
import { dayOf, readUsage } from './usage-report.ts';
import { answer, callKey, taskJournal } from './testing/journaled.ts';
import { claim, newGoal, openTestLedger, runningGoal, TENANT } from './testing/test-ledger.ts';

const DAY = 86_400_000;
const started = { kind: 'started', repeated: false };
const settings = {
  tenantBudget: (tenant: string) => (tenant === TENANT ? { maxTokens: 1_000, maxCostUsd: 1 } : null),
  usageRetention: 2 * DAY,
};
const taking = (tokens: number) => ({ ...claim, tokens, worstTokens: tokens });

async function twoGoals() {
  const test = openTestLedger(settings);
  for (const goalId of ['goal_1', 'goal_2']) await runningGoal(test.ledger, goalId);
  const journals = [
    await taskJournal(test.ledger, 'goal_1'),
    await taskJournal(test.ledger, 'goal_2'),
  ] as const;
  return { ...test, journals, usage: test.ledger.keyspace.usage(TENANT, dayOf(Date.now())) };
}

it('a tenant spends one budget with all its goals', async () => {
  const { journals } = await twoGoals();
  const [one, other] = journals;
  await one.begin(callKey(1), taking(700));
  expect(await other.begin(callKey(1), taking(400))).toEqual({ kind: 'busy' });
  await one.record(callKey(1), answer(700));
  expect(await other.begin(callKey(1), taking(400))).toEqual({
    kind: 'over_budget',
    scope: 'tenant',
    message:
      "The tenant's budget of the day of 1,000 tokens is exhausted: 700 tokens are spent, and this call needs about 400 tokens.",
  });
  expect(await other.begin(callKey(1), taking(300))).toEqual(started);
});

it('a tenant that has spent its day begins no goal, and is told when it may', async () => {
  const { ledger, journals, redis, usage } = await twoGoals();
  await journals[0].begin(callKey(1), taking(700));
  await journals[0].record(callKey(1), answer(1_000));
  const refused = await createGoal(ledger, newGoal('goal_3'));
  expect(refused.kind).toBe('exhausted');
  const left = refused.kind === 'exhausted' ? refused.nextDayInMs : 0;
  expect(left).toBeGreaterThan(0);
  const now = Date.now();
  expect((now + left) / DAY).toBeCloseTo(Math.ceil(now / DAY), 3);
  expect(await redis.exists(ledger.goal('goal_3').goal)).toBe(0);
  const another = { ...newGoal('goal_4'), tenant: 'other' };
  expect((await createGoal(ledger, another)).kind).toBe('created');
  await redis.hset(usage, 'tokens', 999);
  expect((await createGoal(ledger, newGoal('goal_3'))).kind).toBe('created');
});

it('a goal that its Idempotency-Key has made is given back when the day is spent', async () => {
  const { ledger, redis, usage } = await twoGoals();
  const idempotency = { key: 'k', body: 'b' };
  await createGoal(ledger, { ...newGoal('goal_3'), idempotency });
  await redis.hset(usage, 'costNanoUsd', 1_000_000_000);
  expect(await createGoal(ledger, { ...newGoal('goal_4'), idempotency })).toEqual({
    kind: 'replayed',
    goalId: 'goal_3',
  });
});

it('what was lost is part of what is told to be spent', async () => {
  const { ledger, journals } = await twoGoals();
  await journals[0].begin(callKey(1), taking(300));
  await journals[0].mayGoOn(1, callKey(1));
  await journals[0].record(callKey(1), answer(200));
  const today = dayOf(Date.now());
  const { today: spent, total } = await readUsage(
    ledger,
    TENANT,
    { from: today, to: today, by: ['day'] },
    today,
  );
  expect([spent?.tokens, total.inputTokens + total.outputTokens]).toEqual([500, 200]);
});

it('lost calls of earlier days weigh on none of today', async () => {
  const { ledger, journals, redis } = await twoGoals();
  const held = ledger.keyspace.tenantReserved(TENANT);
  await redis.hset(held, { lost: '900 900 0 0 1 1 2020-01-01', next: 1, open1: 900, open2: 900 });
  expect(await journals[0].begin(callKey(1), taking(900))).toEqual(started);
  await journals[0].record(callKey(1), answer(50));
  expect(await redis.hmget(held, 'open1', 'open2', 'lost1 2020-01-01')).toEqual(['0', '0', '900']);
  await redis.hset(held, 'next', 1);
  await journals[0].begin(callKey(2), taking(1));
  expect(await redis.hmget(held, 'lost', 'lost1 2020-01-01')).toEqual([null, '0']);
});
