import { expect, test } from 'vitest';
import { sleepUnlessDraining, unlessDraining } from './draining.ts';
import { withJournal, type Journal } from './journaled-llm.ts';
import { LaterError, ModelError, type LlmRequest } from './llm.ts';
import { pricesWith } from './prices.ts';
import { withRetries } from './retrying-llm.ts';
import { sleepUnlessCancelled } from './sleep-unless-cancelled.ts';
import { scriptedLlm } from './testing/scripted-llm.ts';

const request: LlmRequest = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };
const never = new AbortController().signal;

function journal() {
  const told: string[] = [];
  const kept: Journal = {
    begin: async () => (told.push('begin'), { kind: 'started', repeated: false }),
    mayGoOn: async () => true,
    record: async () => void told.push('record'),
    abandon: async () => void told.push('abandon'),
    lose: async () => void told.push('lose'),
  };
  return { told, kept };
}

test('a call that was sent before the drain is answered and kept; the next is not begun, and its job runs again at once', async () => {
  const draining = new AbortController();
  const { told, kept } = journal();
  const llm = scriptedLlm({ text: 'there' });
  const during = {
    call: async (...call: Parameters<typeof llm.call>) => (draining.abort(), llm.call(...call)),
  };
  const caller = unlessDraining(withJournal(during, kept, pricesWith({})), draining.signal);
  const options = { step: 'work', attempt: 1, signal: never };
  expect(await caller.call(request, options)).toMatchObject({ response: { text: 'there' } });
  const error = await caller.call(request, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LaterError);
  expect(error).toMatchObject({ delayMs: 0 });
  expect(told).toEqual(['begin', 'record']);
  expect(llm.requests).toHaveLength(1);
});

test('a call that waits to be sent again is not, and its beginning is taken back', async () => {
  const draining = new AbortController();
  const { told, kept } = journal();
  const llm = scriptedLlm(
    new ModelError('busy', {
      failure: { kind: 'retryable', retryAfterMs: 20_000 },
      type: 'overloaded_error',
    }),
  );
  const retried = withRetries(llm, {
    random: () => 0,
    sleep: sleepUnlessDraining(sleepUnlessCancelled, draining.signal),
    onRetry: () => setImmediate(() => draining.abort()),
  });
  const caller = withJournal(retried, kept, pricesWith({}));
  await expect(caller.call(request, { step: 'work', attempt: 1, signal: never })).rejects.toBeInstanceOf(
    LaterError,
  );
  expect(told).toEqual(['begin', 'abandon']);
});

test.each([false, true])(
  'a cancelled wait is a cancelled call, while the process drains: %s',
  async (drains) => {
    const caller = new AbortController();
    const draining = new AbortController();
    const sleep = sleepUnlessDraining(sleepUnlessCancelled, draining.signal);
    caller.abort();
    if (drains) draining.abort();
    await expect(sleep(60_000, caller.signal)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  },
);
