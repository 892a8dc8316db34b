import { expect, it } from 'vitest';
import { batchCaller, type BatchAsked, type BatchedCall, type BatchOutbox } from './batch-outbox.ts';
import { batchedClaims, plainClaimFacts } from './call-claim.ts';
import { plainPurpose, type CallPurpose } from './call-purpose.ts';
import { withJournal, type Journal } from './journaled-llm.ts';
import type { LlmRequest } from './llm.ts';
import { ParkedCall } from './parked-call.ts';
import { defaultPrices } from './prices.ts';
import { memoryJournal } from './testing/memory-journal.ts';
import { scriptedLlm } from './testing/scripted-llm.ts';

const request: LlmRequest = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };
const job = { queue: 'tasks.writer', id: 'g.1.2' };
const relaxed: CallPurpose = { ...plainPurpose, kind: 'writer', latency: 'relaxed', job };
const options = { step: 's', attempt: 1, signal: new AbortController().signal };

function located(): Journal & { readonly history: readonly string[] } {
  return {
    ...memoryJournal(),
    locate: ({ step, attempt }) => ({ goalId: 'g', entry: `${step}/${attempt}`, opening: [] }),
  };
}

function open(asked: BatchAsked, journal: Journal = located(), purpose = relaxed) {
  const put: BatchedCall[] = [];
  const outbox: BatchOutbox = {
    ask: () => Promise.resolve(asked),
    put: async (call) => void put.push(call),
  };
  const caller = batchCaller(outbox, journal, purpose, {
    normal: withJournal(scriptedLlm({ text: 'at once' }), journal, defaultPrices),
    through: (llm) => withJournal(llm, journal, defaultPrices),
  });
  return { caller, put, call: () => caller?.call(request, options) };
}

it.each([
  ['in a hurry', { ...relaxed, latency: 'normal' as const }],
  ['that nobody comes back for', { ...relaxed, job: null }],
])('leaves calls %s alone', (_what, purpose) => {
  expect(open({ kind: 'none' }, located(), purpose).caller).toBeNull();
});

it('leaves calls alone whose journal is of this process only', () => {
  expect(open({ kind: 'none' }, memoryJournal()).caller).toBeNull();
});

it('begins a call before it is put aside, and leaves it begun', async () => {
  const journal = located();
  const { call, put } = open({ kind: 'none' }, journal);
  await expect(call()).rejects.toBeInstanceOf(ParkedCall);
  expect(journal.history).toEqual(['begin']);
  expect(put).toMatchObject([{ request, kind: 'writer', location: { goalId: 'g', entry: 's/1' } }]);
  expect(put[0]?.customId).toMatch(/^[0-9a-f]{56}$/);
});

it('puts a call aside with nothing of it to be cached', async () => {
  const { caller, put } = open({ kind: 'none' });
  const sharing = { ...request, messages: [{ role: 'user', shared: 'goal\n', text: 'task' }] } as const;
  await expect(caller?.call(sharing, options)).rejects.toBeInstanceOf(ParkedCall);
  expect(put[0]?.request.messages).toEqual([{ role: 'user', text: 'goal\ntask' }]);
});

it('does not begin one again that waits', async () => {
  const journal = located();
  const { call, put } = open({ kind: 'waiting' }, journal);
  await expect(call()).rejects.toBeInstanceOf(ParkedCall);
  expect([journal.history, put]).toEqual([[], []]);
});

it('makes a call at once where there are no batches', async () => {
  expect((await open({ kind: 'unsupported' }).call())?.response.text).toBe('at once');
});

it('tells a failure for good', async () => {
  const failure = { message: 'No.', type: 'invalid_request_error', status: 400, requestId: 'r' };
  await expect(open({ kind: 'failed', failure }).call()).rejects.toMatchObject({
    ...failure,
    name: 'ModelError',
    failure: { kind: 'terminal' },
  });
});

it('gives an answer that is there', async () => {
  const journal = located();
  const { call } = open({ kind: 'none' }, journal);
  await call()?.catch(() => undefined);
  const answered = withJournal(scriptedLlm({ text: 'here', batched: true }), journal, defaultPrices);
  await answered.call(request, options);
  expect(await call()).toMatchObject({ reused: true, response: { text: 'here' } });
});

it('gives its slot back at once where others hold what is left of a budget', async () => {
  const journal: Journal = { ...located(), begin: () => Promise.resolve({ kind: 'busy' }) };
  const claims = batchedClaims({ ...plainClaimFacts, prices: defaultPrices });
  const caller = batchCaller(
    { ask: () => Promise.resolve({ kind: 'none' }), put: () => Promise.reject(new Error('put aside')) },
    journal,
    relaxed,
    {
      normal: withJournal(scriptedLlm(), journal, defaultPrices),
      through: (llm) => withJournal(llm, journal, defaultPrices, claims),
    },
  );
  await expect(caller?.call(request, options)).rejects.toMatchObject({ name: 'LaterError', delayMs: 60_000 });
});
