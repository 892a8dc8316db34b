/* What is counted of calls for their tenant, and what is told of each. */
import { expect, it } from 'vitest';
import { endGoal } from './goal-end.ts';
import { readGoalCalls } from './goal-calls.ts';
import { callEntry, openJournal, recordCall } from './journal.ts';
import { answer, callKey, taskJournal } from './testing/journaled.ts';
import {
  claim,
  leaseOf,
  openTestLedger,
  purpose,
  RETENTION,
  runningGoal,
  TENANT,
} from './testing/test-ledger.ts';
import { dayOf, readUsage } from './usage-report.ts';

async function open() {
  const test = openTestLedger();
  const goalId = await runningGoal(test.ledger);
  const today = dayOf(Date.now());
  const usage = (tenant = TENANT) =>
    readUsage(test.ledger, tenant, { from: today, to: today, by: ['model', 'workerType'] }, today);
  return { ...test, goalId, today, usage };
}

it('a call is counted on its day, once, by its model and kind', async () => {
  const { ledger, redis, goalId, today, usage } = await open();
  const journal = await taskJournal(ledger, goalId);
  await journal.begin(callKey(1), claim);
  await journal.record(callKey(1), answer(100, 0.000002, { simulated: true }));
  await journal.record(callKey(1), answer(100, 0.000002, { simulated: true }));
  expect((await usage()).items).toMatchObject([
    {
      model: 'claude-sonnet-5-5',
      workerType: 'researcher',
      calls: 1,
      inputTokens: 50,
      outputTokens: 50,
      costUsd: 0.000002,
      simulatedCalls: 1,
    },
  ]);
  expect((await usage('other')).items).toEqual([]);
  expect(await redis.pttl(ledger.keyspace.usage(TENANT, today))).toBeGreaterThan(399 * 86_400_000);
});

it('what was paid besides is counted with it, and what another call has paid for is not', async () => {
  const { ledger, goalId, usage } = await open();
  const journal = await taskJournal(ledger, goalId);
  const lost = {
    model: 'm',
    usage: { inputTokens: 5, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
  await journal.record(callKey(1), answer(10, 0.5, { besides: [lost] }));
  await journal.record(callKey(2), answer(10, 0, { borrowed: true, simulated: true }));
  await journal.record(callKey(3), answer(2, 0, { model: '' }));
  const sums = { calls: 3, inputTokens: 11, outputTokens: 7, costUsd: 0.5, simulatedCalls: 0 };
  expect((await usage()).total).toMatchObject(sums);
});

it('an answer that comes for somebody who has gone on is counted all the same', async () => {
  const { ledger, goalId, usage } = await open();
  const lease = await leaseOf(ledger, { goalId, rev: 1, taskId: 'tea' });
  const entry = callEntry({ lease, retries: 0 }, callKey(1));
  await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
  const call = { goalId, place: 'tea', entry, ...purpose };
  expect(await recordCall(ledger, call, answer(10, 0.25, { batched: true }))).toBe(true);
  expect(await recordCall(ledger, call, answer(10, 0.25, { batched: true }))).toBe(false);
  expect((await usage()).total).toMatchObject({ calls: 1, costUsd: 0.25 });
  expect((await readGoalCalls(ledger, goalId, TENANT, 0, 10))?.items).toMatchObject([{ batched: true }]);
});

it("a goal's calls are told in the order of their answers, page by page, to its tenant alone", async () => {
  const { ledger, redis, goalId } = await open();
  await redis.hset(ledger.goal(goalId).tasks, 'starts::planner', 1);
  const lease = { place: ':planner', number: 1 };
  const planner = openJournal(ledger, { goalId, lease, retries: 0 }, { kind: ':planner', tenant: TENANT });
  await planner.record({ step: 'plan', attempt: 2, requestHash: 'h' }, answer(10, null));
  const journal = await taskJournal(ledger, goalId);
  for (const number of [1, 2]) await journal.record(callKey(number), answer(2 * number, 0.5));
  const page = await readGoalCalls(ledger, goalId, TENANT, 0, 2);
  expect(page?.items).toMatchObject([
    {
      number: 1,
      taskId: null,
      role: 'planner',
      step: 'plan',
      attempt: 2,
      usage: { costUsd: null, savedUsd: 0 },
    },
    { number: 2, taskId: 'tea', role: null, step: 'call-1', retries: 0, stopReason: 'end_turn' },
  ]);
  expect(page?.nextCursor).toBe('2');
  const [first] = page?.items ?? [];
  expect(Math.abs(Date.parse(first?.at ?? '') - Date.now())).toBeLessThan(60_000);
  expect(await readGoalCalls(ledger, goalId, TENANT, 2, 2)).toMatchObject({
    items: [
      { number: 3, step: 'call-2', usage: { calls: 1, inputTokens: 2, outputTokens: 2, costUsd: 0.5 } },
    ],
    nextCursor: null,
  });
  expect(await readGoalCalls(ledger, goalId, 'other', 0, 2)).toBeNull();
  expect(await readGoalCalls(ledger, 'goal_none', TENANT, 0, 2)).toBeNull();
});
