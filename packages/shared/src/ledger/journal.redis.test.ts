import { describe, expect, it } from 'vitest';
import type { LlmResponse } from '../model/llm.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { startNextRev } from './goal-record.ts';
import { readGoal } from './goal-view.ts';
import { openJournal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import {
  RETENTION,
  TENANT,
  claim,
  leaseOf,
  openTestLedger,
  purpose,
  runningGoal,
} from './testing/test-ledger.ts';

const links = () => ({ self: '', events: '', dashboard: null });
const key = { step: 'call-1', attempt: 1, requestHash: 'abc' };

function response(text: string, simulated = false): LlmResponse {
  return {
    text,
    stopReason: 'end_turn',
    usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 3, cacheWriteTokens: 4 },
    model: 'm',
    requestId: null,
    simulated,
  };
}

/** Of a run of the task that has just been taken up. */
async function journalOf(ledger: Ledger, goalId: string, { taskId = 'tea', rev = 1, retries = 0 } = {}) {
  const lease = await leaseOf(ledger, { goalId, rev, taskId });
  return openJournal(ledger, { goalId, lease, retries }, purpose);
}

async function usageOf(ledger: Ledger, goalId: string) {
  return (await readGoal(ledger, goalId, TENANT, links))?.usage;
}

describe('the journal', () => {
  it('gives a recorded response back and counts it once', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = await journalOf(ledger, goalId);
    expect(await journal.begin(key, claim)).toEqual({ kind: 'started', repeated: false });
    await journal.record(key, { response: response('first'), costUsd: 0.000000123 });
    await journal.record(key, { response: response('second'), costUsd: 1 });
    expect(await journal.begin(key, claim)).toMatchObject({ kind: 'recorded', response: { text: 'first' } });
    expect(await usageOf(ledger, goalId)).toEqual({
      calls: 1,
      possiblyRepeatedCalls: 0,
      inputTokens: 100,
      outputTokens: 20,
      cacheReadTokens: 3,
      cacheWriteTokens: 4,
      webSearches: 0,
      savedUsd: 0,
      costUsd: 0.000000123,
    });
  });

  it('keeps places, steps, attempts, requests and the times a goal was retried apart', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = await journalOf(ledger, goalId);
    await journal.record(key, { response: response('tea'), costUsd: 0 });
    const others = [
      (await journalOf(ledger, goalId, { taskId: 'coffee' })).begin(key, claim),
      journal.begin({ ...key, step: 'call-2' }, claim),
      journal.begin({ ...key, attempt: 2 }, claim),
      journal.begin({ ...key, requestHash: 'def' }, claim),
    ];
    for (const beginning of await Promise.all(others))
      expect(beginning).toEqual({ kind: 'started', repeated: false });
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await retryGoal(ledger, goalId);
    const retried = await journalOf(ledger, goalId, { rev: 2, retries: 1 });
    expect(await retried.begin(key, claim)).toEqual({ kind: 'started', repeated: false });
    expect(await journal.begin(key, claim)).toEqual({ kind: 'ended' });
  });

  it('gives an answer of an earlier rev to a later one', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const first = await journalOf(ledger, goalId);
    await first.begin(key, claim);
    await first.record(key, { response: response('paid for'), costUsd: 0 });
    await startNextRev(ledger, goalId, 1);
    const later = await journalOf(ledger, goalId, { rev: 2 });
    expect(await later.begin(key, claim)).toMatchObject({ kind: 'recorded', response: { text: 'paid for' } });
  });

  it('counts a call that was started and never recorded as possibly repeated, unless it was taken back', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = await journalOf(ledger, goalId);
    const repeats = async () => (await usageOf(ledger, goalId))?.possiblyRepeatedCalls;
    await journal.begin(key, claim);
    await journal.abandon(key);
    expect(await journal.begin(key, claim)).toEqual({ kind: 'started', repeated: false });
    expect(await repeats()).toBe(0);
    expect(await journal.begin(key, claim)).toEqual({ kind: 'started', repeated: true });
    expect(await repeats()).toBe(1);
    await journal.begin(key, claim);
    await journal.abandon(key);
    expect(await repeats()).toBe(1);
    await journal.record(key, { response: response('late'), costUsd: 0 });
    expect(await repeats()).toBe(1);
  });

  it('counts a lost answer when its request may be sent again, and only then', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = await journalOf(ledger, goalId);
    await journal.begin(key, claim);
    expect(await journal.mayGoOn(1, key)).toBe(true);
    expect(await journal.mayGoOn(0, key)).toBe(true);
    expect((await usageOf(ledger, goalId))?.possiblyRepeatedCalls).toBe(1);
    await journalOf(ledger, goalId);
    expect(await journal.mayGoOn(1, key)).toBe(false);
    expect((await usageOf(ledger, goalId))?.possiblyRepeatedCalls).toBe(1);
  });

  it('leaves the cost unknown when a price was, and marks what was simulated', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = await journalOf(ledger, goalId);
    await journal.record(key, { response: response('a', true), costUsd: null });
    const goal = await readGoal(ledger, goalId, TENANT, links);
    expect(goal?.usage.costUsd).toBeNull();
    expect(goal?.simulated).toBe(true);
  });

  it('keeps an answer that comes after the end no longer than the goal, and none for a goal that is gone', async () => {
    const { ledger, redis, keys } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = await journalOf(ledger, goalId);
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await journal.record(key, { response: response('late'), costUsd: 0 });
    expect(await redis.pttl(ledger.goal(goalId).journal)).toBeGreaterThan(0);
    expect(await journal.begin(key, claim)).toEqual({ kind: 'ended' });
    expect(await journal.mayGoOn(1, key)).toBe(false);
    const before = (await keys()).length;
    const gone = openJournal(
      ledger,
      {
        goalId: 'goal_none',
        lease: { place: 'tea', number: 1 },
        retries: 0,
      },
      purpose,
    );
    await gone.record(key, { response: response('lost'), costUsd: 0 });
    expect(await keys()).toHaveLength(before);
  });
});
