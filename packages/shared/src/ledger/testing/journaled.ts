import type { LlmResponse } from '../../model/llm.ts';
import type { JournalEntry, JournalKey } from '../../model/journaled-llm.ts';
import { openJournal } from '../journal.ts';
import type { Ledger } from '../ledger.ts';
import { leaseOf, purpose } from './test-ledger.ts';

/** A call's key, told from others by its number. */
export function callKey(number: number): JournalKey {
  return { step: `call-${number}`, attempt: 1, requestHash: 'h' };
}

/** An answer that took so many tokens, half of them its prompt's, and so much money. */
export function answer(tokens: number, costUsd: number | null = 0, fields: Partial<LlmResponse> = {}) {
  const prompt = Math.floor(tokens / 2);
  const response: LlmResponse = {
    text: 'ok',
    stopReason: 'end_turn',
    usage: { inputTokens: prompt, outputTokens: tokens - prompt, cacheReadTokens: 0, cacheWriteTokens: 0 },
    model: 'claude-sonnet-5-5',
    requestId: null,
    simulated: false,
    ...fields,
  };
  return { response, costUsd, savedUsd: 0 } satisfies JournalEntry;
}

/** The journal of a task that is taken up for it. */
export async function taskJournal(ledger: Ledger, goalId: string, taskId = 'tea', rev = 1, retries = 0) {
  const lease = await leaseOf(ledger, { goalId, rev, taskId });
  return openJournal(ledger, { goalId, lease, retries }, purpose);
}
