import { expect, test } from 'vitest';
import { withJournal } from './journaled-llm.ts';
import { ModelError, type Llm, type LlmRequest } from './llm.ts';
import { defaultPrices } from './prices.ts';
import { memoryJournal } from './testing/memory-journal.ts';
import { plainResponse, scriptedLlm } from './testing/scripted-llm.ts';

const request: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  maxTokens: 100,
  jsonSchema: null,
};
const signal = new AbortController().signal;
const options = { signal, step: 'answer', attempt: 1 };
const refusedError = new ModelError('limited', { failure: { kind: 'terminal' }, type: 'rate_limit_error' });

/** Loses its answer on the wire so many times inside one call, as a retried call does, then does as `then` does. */
function losing(times: number, then: Llm): Llm {
  return {
    async call(asked, callOptions) {
      for (let lost = 0; lost < times; lost += 1) {
        callOptions.onLost?.();
        await callOptions.mayRetry?.();
      }
      return then.call(asked, callOptions);
    },
  };
}

test('a response is recorded, with its cost, before it is handed on', async () => {
  const journal = memoryJournal();
  const llm = scriptedLlm((_request, { onText }) => {
    expect(journal.history).toEqual(['begin']);
    onText?.('ok');
    return Promise.resolve(plainResponse);
  });
  const call = await withJournal(llm, journal, defaultPrices).call(request, options);
  expect(call).toEqual({
    response: plainResponse,
    costUsd: 0.00007,
    savedUsd: 0,
    reused: false,
    possiblyRepeatedCalls: 0,
  });
  expect(journal.history).toEqual(['begin', 'record']);
});

test('a recorded response is used again, its text given whole, and the model is left alone', async () => {
  const journal = memoryJournal();
  const llm = scriptedLlm({ text: 'Hello there' });
  const caller = withJournal(llm, journal, defaultPrices);
  await caller.call(request, options);
  const pieces: string[] = [];
  const again = await caller.call(request, { ...options, onText: (delta) => pieces.push(delta) });
  expect(again).toMatchObject({ response: { text: 'Hello there' }, costUsd: 0.00007, reused: true });
  expect(pieces).toEqual(['Hello there']);
  expect(llm.requests).toHaveLength(1);
});

test.each([
  ['step', request, { ...options, step: 'review' }],
  ['semantic attempt', request, { ...options, attempt: 2 }],
  ['request', { ...request, maxTokens: 1 }, options],
])('another %s is another call', async (_case, otherRequest, otherOptions) => {
  const llm = scriptedLlm({}, {});
  const caller = withJournal(llm, memoryJournal(), defaultPrices);
  await caller.call(request, options);
  await caller.call(otherRequest, otherOptions);
  expect(llm.requests).toHaveLength(2);
});

test('a response that could not be recorded is not handed on', async () => {
  const journal = { ...memoryJournal(), record: () => Promise.reject(new Error('journal is down')) };
  await expect(withJournal(scriptedLlm({}), journal, defaultPrices).call(request, options)).rejects.toThrow(
    'journal is down',
  );
});

test('no request is sent while the journal is down', async () => {
  const llm = scriptedLlm({});
  const journal = { ...memoryJournal(), begin: () => Promise.reject(new Error('journal is down')) };
  await expect(withJournal(llm, journal, defaultPrices).call(request, options)).rejects.toThrow(
    'journal is down',
  );
  expect(llm.requests).toHaveLength(0);
});

test('a call that surely cost nothing is taken back, and is no repetition when it is made again', async () => {
  const journal = memoryJournal();
  const caller = withJournal(scriptedLlm(refusedError), journal, defaultPrices);
  await expect(caller.call(request, options)).rejects.toBe(refusedError);
  expect(journal.history).toEqual(['begin', 'abandon']);
  const again = await withJournal(scriptedLlm({}), journal, defaultPrices).call(request, options);
  expect(again.possiblyRepeatedCalls).toBe(0);
});

test('a call whose last answer was lost stays started, and may be repeated by the next', async () => {
  const journal = memoryJournal();
  const lost: Llm = {
    call(_request, { onLost }) {
      onLost?.();
      return Promise.reject(refusedError);
    },
  };
  await expect(withJournal(lost, journal, defaultPrices).call(request, options)).rejects.toBe(refusedError);
  expect(journal.history).toEqual(['begin', 'lose']);
  const again = await withJournal(scriptedLlm({}), journal, defaultPrices).call(request, options);
  expect(again.possiblyRepeatedCalls).toBe(1);
});

test('a lost answer is counted once, though the request that was sent after it is put off', async () => {
  const journal = memoryJournal();
  const caller = withJournal(losing(1, scriptedLlm(refusedError)), journal, defaultPrices);
  await expect(caller.call(request, options)).rejects.toBe(refusedError);
  expect(journal.history).toEqual(['begin', 'mayGoOn', 'abandon']);
  expect(journal.lostCalls).toEqual([1]);
});

test('an answer that was lost is counted before the request is sent again, and the caller hears of each', async () => {
  const journal = memoryJournal();
  let heard = 0;
  const onLost = (): void => {
    heard += 1;
  };
  const caller = withJournal(losing(2, scriptedLlm({})), journal, defaultPrices);
  const call = await caller.call(request, { ...options, onLost });
  expect(call.possiblyRepeatedCalls).toBe(2);
  expect(journal.lostCalls).toEqual([1, 1]);
  expect(heard).toBe(2);
});

test("the model's own error is told even when the journal can't take the call back", async () => {
  const journal = { ...memoryJournal(), abandon: () => Promise.reject(new Error('journal is down')) };
  const caller = withJournal(scriptedLlm(refusedError), journal, defaultPrices);
  await expect(caller.call(request, options)).rejects.toBe(refusedError);
});

test('a model without a price leaves the cost unknown', async () => {
  const llm = scriptedLlm({ model: 'local' });
  const call = await withJournal(llm, memoryJournal(), defaultPrices).call(
    { ...request, model: 'local' },
    options,
  );
  expect(call.costUsd).toBeNull();
});

test('no request is sent for what has ended, or was taken over', async () => {
  const llm = scriptedLlm({});
  const journal = { ...memoryJournal(), begin: async () => ({ kind: 'ended' }) as const };
  const call = withJournal(llm, journal, defaultPrices).call(request, options);
  await expect(call).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  expect(llm.requests).toHaveLength(0);
  expect(journal.history).toEqual([]);
});

test('the journal says whether a request may be sent again', async () => {
  const answers: unknown[] = [];
  const asking: Llm = {
    async call(_request, { mayRetry }) {
      answers.push(await mayRetry?.());
      return plainResponse;
    },
  };
  const journal = { ...memoryJournal(), mayGoOn: async () => false };
  await withJournal(asking, journal, defaultPrices).call(request, options);
  expect(answers).toEqual([false]);
});

test('whoever watches is told of answers that were used again, and of each request that may be paid for twice', async () => {
  const journal = memoryJournal();
  const told: unknown[] = [];
  const watch = {
    reused: (model: string) => told.push(['reused', model]),
    repeated: (model: string, calls: number) => told.push(['repeated', model, calls]),
  };
  const caller = (llm: Llm) => withJournal(llm, journal, defaultPrices, undefined, watch);
  // The answer of its last request is lost, and nobody asks again.
  const dying: Llm = {
    call(_request, { onLost }) {
      onLost?.();
      return Promise.reject(refusedError);
    },
  };
  await expect(caller(dying).call(request, options)).rejects.toBe(refusedError);
  expect(told).toEqual([]);
  const call = await caller(losing(2, scriptedLlm({}))).call(request, options);
  expect(call.possiblyRepeatedCalls).toBe(3);
  expect(told.splice(0)).toEqual([
    ['repeated', 'claude-sonnet-5-5', 1],
    ['repeated', 'claude-sonnet-5-5', 1],
    ['repeated', 'claude-sonnet-5-5', 1],
  ]);
  await caller(scriptedLlm()).call(request, options);
  expect(told).toEqual([['reused', 'claude-sonnet-5-5']]);
});
