import { describe, expect, it } from 'vitest';
import type { LlmResponse } from '../model/llm.ts';
import { endGoal } from './goal-record.ts';
import { readGoal } from './goal-view.ts';
import { openJournal } from './journal.ts';
import { openTestLedger, RETENTION, runningGoal, TENANT } from './testing/test-ledger.ts';

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

describe('the journal', () => {
  it('gives a recorded response back and counts it once', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = openJournal(ledger, { goalId, rev: 1, place: 'tea' });
    expect(await journal.begin(key)).toEqual({ kind: 'started', repeated: false });
    await journal.record(key, { response: response('first'), costUsd: 0.000000123, lostCalls: 0 });
    await journal.record(key, { response: response('second'), costUsd: 1, lostCalls: 0 });
    expect(await journal.begin(key)).toMatchObject({ kind: 'recorded', response: { text: 'first' } });
    expect((await readGoal(ledger, goalId, TENANT, links))?.usage).toEqual({
      calls: 1,
      possiblyRepeatedCalls: 0,
      inputTokens: 100,
      outputTokens: 20,
      cacheReadTokens: 3,
      cacheWriteTokens: 4,
      costUsd: 0.000000123,
    });
  });

  it('keeps places, revs, steps, attempts and requests apart', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = openJournal(ledger, { goalId, rev: 1, place: 'tea' });
    await journal.record(key, { response: response('tea'), costUsd: 0, lostCalls: 0 });
    const others = [
      openJournal(ledger, { goalId, rev: 2, place: 'tea' }).begin(key),
      openJournal(ledger, { goalId, rev: 1, place: 'coffee' }).begin(key),
      journal.begin({ ...key, step: 'call-2' }),
      journal.begin({ ...key, attempt: 2 }),
      journal.begin({ ...key, requestHash: 'def' }),
    ];
    for (const beginning of await Promise.all(others))
      expect(beginning).toEqual({ kind: 'started', repeated: false });
  });

  it('counts a call that was started and never recorded as possibly repeated, unless it was taken back', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = openJournal(ledger, { goalId, rev: 1, place: 'tea' });
    const repeats = async () => (await readGoal(ledger, goalId, TENANT, links))?.usage.possiblyRepeatedCalls;
    await journal.begin(key);
    await journal.abandon(key);
    expect(await journal.begin(key)).toEqual({ kind: 'started', repeated: false });
    expect(await repeats()).toBe(0);
    expect(await journal.begin(key)).toEqual({ kind: 'started', repeated: true });
    expect(await repeats()).toBe(1);
    await journal.begin(key);
    await journal.abandon(key);
    expect(await repeats()).toBe(1);
    await journal.record(key, { response: response('late'), costUsd: 0, lostCalls: 2 });
    expect(await repeats()).toBe(3);
  });

  it('leaves the cost unknown when a price was, and marks what was simulated', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const journal = openJournal(ledger, { goalId, rev: 1, place: 'tea' });
    await journal.record(key, { response: response('a', true), costUsd: null, lostCalls: 0 });
    const goal = await readGoal(ledger, goalId, TENANT, links);
    expect(goal?.usage.costUsd).toBeNull();
    expect(goal?.simulated).toBe(true);
  });

  it('keeps an answer that comes after the end no longer than the goal, and none for a goal that is gone', async () => {
    const { ledger, redis, keys } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null }, RETENTION);
    await openJournal(ledger, { goalId, rev: 1, place: 'tea' }).record(key, {
      response: response('late'),
      costUsd: 0,
      lostCalls: 0,
    });
    expect(await redis.pttl(ledger.goal(goalId).journal)).toBeGreaterThan(0);
    const before = (await keys()).length;
    const gone = openJournal(ledger, { goalId: 'goal_none', rev: 1, place: 'tea' });
    await gone.record(key, { response: response('lost'), costUsd: 0, lostCalls: 0 });
    expect(await keys()).toHaveLength(before);
  });
});
