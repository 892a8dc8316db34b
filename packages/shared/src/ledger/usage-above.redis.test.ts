/* What a call uses is counted once in its goal and in every goal above it, whatever comes in which order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LlmResponse } from '../model/llm.ts';
import type { JournalKey } from '../model/journaled-llm.ts';
import { createGoal } from './goal-acceptance.ts';
import { endGoal } from './goal-end.ts';
import { recordPlan } from './plan-record.ts';
import { readGoal } from './goal-view.ts';
import { openJournal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { createSubGoal } from './sub-goals.ts';
import {
  RETENTION,
  TENANT,
  claim,
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  purpose,
  request,
} from './testing/test-ledger.ts';

const response: LlmResponse = {
  text: 'x',
  stopReason: 'end_turn',
  usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
  model: 'm',
  requestId: null,
  simulated: true,
};
const entry = { response, costUsd: 0.5 };
const GOALS = ['goal_1', 'goal_2', 'goal_3'] as const;

/** A goal, its sub-goal, and that one's, each with its plan recorded. */
async function family(ledger: Ledger): Promise<void> {
  await createGoal(ledger, newGoal(GOALS[0]));
  await recordPlan(ledger, GOALS[0], 1, null, plan);
  for (const [at, goalId] of GOALS.slice(1).entries()) {
    const above = { goalId: GOALS[at] ?? '', rev: 1, taskId: 'tea' };
    const sub = {
      goalId,
      kind: 'goal',
      depth: at + 2,
      goal: 'g',
      context: null,
      recipe: null,
      plan: null,
    } as const;
    const options = request().options;
    const job = { jobId: 'j', message: 'm' };
    const made = await createSubGoal(
      ledger,
      above,
      await leaseOf(ledger, above),
      { ...sub, options, inputs: [] },
      job,
    );
    expect(made.kind).toBe('created');
    await recordPlan(ledger, goalId, 1, null, plan);
  }
}

async function coffeeJournal(ledger: Ledger, goalId: string) {
  const lease = await leaseOf(ledger, { goalId, rev: 1, taskId: 'coffee' });
  return openJournal(ledger, { goalId, lease, retries: 0 }, purpose);
}

const usageOf = async (ledger: Ledger, goalId: string) =>
  (await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null })))?.usage;

describe('usage of the goals above', () => {
  it('is the sum of what was used below, for any order of beginnings, answers, losses and repetitions', async () => {
    const step = fc.record({
      goal: fc.integer({ min: 0, max: 2 }),
      key: fc.integer({ min: 1, max: 3 }),
      act: fc.constantFrom('begin', 'record', 'abandon', 'lost'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { ledger, redis, keys } = openTestLedger();
        await family(ledger);
        const journals = await Promise.all(GOALS.map((goalId) => coffeeJournal(ledger, goalId)));
        const calls = [0, 0, 0];
        const repeats = [0, 0, 0];
        const recorded = new Set<string>();
        const starts = new Map<string, number>();
        for (const { goal, key: number, act } of steps) {
          const key: JournalKey = { step: 's', attempt: number, requestHash: 'h' };
          const name = `${goal}/${number}`;
          const started = starts.get(name) ?? 0;
          const add = (counts: number[], by: number): void => {
            for (let above = 0; above <= goal; above += 1) counts[above] = (counts[above] ?? 0) + by;
          };
          if (act === 'begin') {
            await journals[goal]?.begin(key, claim);
            if (recorded.has(name)) continue;
            starts.set(name, started + 1);
            if (started > 0) add(repeats, 1);
          } else if (act === 'record') {
            await journals[goal]?.record(key, entry);
            if (!recorded.has(name)) add(calls, 1);
            recorded.add(name);
          } else if (act === 'abandon') {
            if (started === 0) continue;
            await journals[goal]?.abandon(key);
            starts.set(name, started - 1);
            if (started > 1) add(repeats, -1);
          } else {
            await journals[goal]?.mayGoOn(2, key);
            add(repeats, 2);
          }
        }
        for (const [at, goalId] of GOALS.entries()) {
          expect(await usageOf(ledger, goalId)).toMatchObject({
            calls: calls[at],
            inputTokens: 3 * (calls[at] ?? 0),
            possiblyRepeatedCalls: repeats[at],
            costUsd: 0.5 * (calls[at] ?? 0),
          });
        }
        await redis.del(...(await keys()));
      }),
      { numRuns: 25 },
    );
  });

  it('no call begins below a goal that has ended, and an answer that comes then is counted all the way up', async () => {
    const { ledger } = openTestLedger();
    await family(ledger);
    const journal = await coffeeJournal(ledger, GOALS[2]);
    const key = { step: 's', attempt: 1, requestHash: 'h' };
    expect((await journal.begin(key, claim)).kind).toBe('started');
    await endGoal(ledger, GOALS[0], { status: 'cancelled', rev: null, lease: null }, RETENTION);
    expect(await journal.begin({ ...key, attempt: 2 }, claim)).toEqual({ kind: 'ended' });
    expect(await journal.mayGoOn(0, key)).toBe(false);
    await journal.record(key, entry);
    for (const goalId of GOALS) expect((await usageOf(ledger, goalId))?.calls).toBe(1);
  });

  it('counts on where a goal above is forgotten, and brings none back', async () => {
    const { ledger, redis } = openTestLedger();
    await family(ledger);
    const journal = await coffeeJournal(ledger, GOALS[1]);
    await redis.del(...Object.values(ledger.goal(GOALS[0])));
    await journal.record({ step: 's', attempt: 1, requestHash: 'h' }, entry);
    expect((await usageOf(ledger, GOALS[1]))?.calls).toBe(1);
    expect(await redis.exists(ledger.goal(GOALS[0]).goal)).toBe(0);
    expect((await journal.begin({ step: 's', attempt: 2, requestHash: 'h' }, claim)).kind).toBe('ended');
  });
});
