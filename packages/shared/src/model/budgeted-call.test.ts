import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BudgetExceeded } from './budget-exceeded.ts';
import { withJournal, type Journal, type JournalBeginning } from './journaled-llm.ts';
import { LaterError, ModelError, type LlmRequest } from './llm.ts';
import { defaultPrices } from './prices.ts';
import { memoryJournal } from './testing/memory-journal.ts';
import { plainResponse, scriptedLlm } from './testing/scripted-llm.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const request: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  maxTokens: 100,
  jsonSchema: null,
};
const options = { step: 'answer', attempt: 1 };
const busy: JournalBeginning = { kind: 'busy' };

/** A journal that gives these answers first. */
function journalWith(...first: readonly JournalBeginning[]): Journal & { begun: () => number } {
  const journal = memoryJournal();
  let begun = 0;
  return {
    ...journal,
    begun: () => begun,
    begin: (key, claim) => {
      begun += 1;
      const answer = first[begun - 1];
      return answer ? Promise.resolve(answer) : journal.begin(key, claim);
    },
  };
}

it('a call over its budget is not made, and says whose it is', async () => {
  const llm = scriptedLlm(plainResponse);
  const journal = journalWith({ kind: 'over_budget', scope: 'task', message: 'The budget is spent.' });
  const call = withJournal(llm, journal, defaultPrices).call(request, {
    ...options,
    signal: new AbortController().signal,
  });
  const error: unknown = await call.catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(BudgetExceeded);
  expect(error).toMatchObject({ scope: 'task', message: 'The budget is spent.', type: 'budget_exhausted' });
  expect((error as ModelError).failure).toEqual({ kind: 'terminal' });
  expect(llm.requests).toHaveLength(0);
});

it('a call waits while others hold what is left', async () => {
  const llm = scriptedLlm({ text: 'ok' });
  const journal = journalWith(busy, busy, busy);
  const call = withJournal(llm, journal, defaultPrices).call(request, {
    ...options,
    signal: new AbortController().signal,
  });
  await vi.advanceTimersByTimeAsync(50 + 100 + 200);
  expect((await call).response.text).toBe('ok');
  expect(journal.begun()).toBe(4);
});

it('gives its slot back when they hold it for long', async () => {
  const journal = journalWith(...Array.from({ length: 100 }, () => busy));
  const call = withJournal(scriptedLlm(), journal, defaultPrices).call(request, {
    ...options,
    signal: new AbortController().signal,
  });
  const failure = call.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(12_000);
  const error = await failure;
  expect(error).toBeInstanceOf(LaterError);
  expect(error).toMatchObject({ delayMs: 5_000 });
  expect(journal.begun()).toBeLessThan(30);
});

it('stops waiting when its caller does', async () => {
  const controller = new AbortController();
  const journal = journalWith(...Array.from({ length: 100 }, () => busy));
  const call = withJournal(scriptedLlm(), journal, defaultPrices).call(request, {
    ...options,
    signal: controller.signal,
  });
  const failure = call.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1_000);
  const before = journal.begun();
  controller.abort();
  expect(await failure).toMatchObject({ failure: { kind: 'cancelled' } });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(journal.begun()).toBe(before);
});
