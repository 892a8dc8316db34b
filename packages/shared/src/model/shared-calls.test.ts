import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { plainPurpose, type CallPurpose } from './call-purpose.ts';
import type { FirstOfKind } from './first-of-kind.ts';
import { LaterError, ModelError, type Llm, type LlmRequest, type LlmResponse } from './llm.ts';
import { paidUsage } from './paid-usage.ts';
import { withSharedCalls } from './shared-calls.ts';
import { memoryFirstOfKind } from './testing/memory-first-of-kind.ts';
import { plainResponse } from './testing/scripted-llm.ts';

const request: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: 'You write.',
  messages: [{ role: 'user', text: 'A haiku on rain' }],
  maxTokens: 100,
  jsonSchema: null,
};
const purpose: CallPurpose = { ...plainPurpose, kind: 'writer', tenant: 'acme', singleFlight: true };
const job = (id: string) => ({ ...purpose, job: { queue: 'tasks.writer', id } });
const { signal } = new AbortController();

/** A model whose answers come when the test gives them, in the order of the calls. */
function pendingModel() {
  const open: { resolve(response: LlmResponse): void; reject(error: Error): void }[] = [];
  const llm: Llm = {
    call: () => new Promise((resolve, reject) => open.push({ resolve, reject })),
  };
  const called = (times: number) => vi.waitFor(() => expect(open).toHaveLength(times));
  return { llm, open, called };
}

const texts = (responses: readonly LlmResponse[]) => responses.map(({ text }) => text);

describe('the same call of several tasks', () => {
  test('is made once, and paid for once', async () => {
    const { llm, open, called } = pendingModel();
    const firsts = memoryFirstOfKind();
    const calls = ['1', '2', '3'].map((id) =>
      withSharedCalls(llm, firsts, job(id)).call(request, { signal }),
    );
    await called(1);
    open[0]?.resolve(plainResponse);
    const responses = await Promise.all(calls);
    expect(texts(responses)).toEqual(['ok', 'ok', 'ok']);
    expect(responses.filter((response) => paidUsage(response).calls === 1)).toHaveLength(1);
    expect(responses.filter(({ borrowed }) => borrowed)).toHaveLength(2);
    const late = await withSharedCalls(llm, firsts, job('4')).call(request, { signal });
    expect(late).toEqual({ ...plainResponse, borrowed: true });
    expect(open).toHaveLength(1);
  });

  test('gives its text to whoever waits for text', async () => {
    const { llm, open, called } = pendingModel();
    const firsts = memoryFirstOfKind();
    const first = withSharedCalls(llm, firsts, job('1')).call(request, { signal });
    await called(1);
    open[0]?.resolve(plainResponse);
    await first;
    const [onText, onBegun] = [vi.fn(), vi.fn()];
    await withSharedCalls(llm, firsts, job('2')).call(request, { signal, onText, onBegun });
    expect(onText.mock.calls).toEqual([['ok']]);
    expect(onBegun).toHaveBeenCalledTimes(1);
  });

  test('is renewed while it takes, and no longer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const [renew, done, giveUp] = [vi.fn(async () => undefined), vi.fn(async () => undefined), vi.fn()];
    const firsts: FirstOfKind = { ask: async () => ({ kind: 'first', claim: { renew, done, giveUp } }) };
    const { llm, open, called } = pendingModel();
    const call = withSharedCalls(llm, firsts, job('1')).call(request, { signal });
    await called(1);
    vi.advanceTimersByTime(9_000);
    expect(renew).toHaveBeenCalledTimes(3);
    open[0]?.resolve(plainResponse);
    await call;
    vi.advanceTimersByTime(9_000);
    expect(renew).toHaveBeenCalledTimes(3);
    expect(done).toHaveBeenCalledTimes(1);
    expect(giveUp).not.toHaveBeenCalled();
  });

  test('is made by the next one when it fails', async () => {
    const { llm, open, called } = pendingModel();
    const firsts = memoryFirstOfKind();
    const first = withSharedCalls(llm, firsts, job('1')).call(request, { signal });
    await called(1);
    const second = withSharedCalls(llm, firsts, job('2')).call(request, { signal });
    open[0]?.reject(new LaterError('limits', 60_000));
    await expect(first).rejects.toBeInstanceOf(LaterError);
    await called(2);
    open[1]?.resolve(plainResponse);
    expect(await second).toEqual(plainResponse);
  });

  test('is waited for so long, and then later', async () => {
    const { llm, open, called } = pendingModel();
    const firsts = memoryFirstOfKind();
    const first = withSharedCalls(llm, firsts, job('1')).call(request, { signal });
    await called(1);
    const second = withSharedCalls(llm, firsts, job('2'), { longestWait: 50 }).call(request, { signal });
    await expect(second).rejects.toBeInstanceOf(LaterError);
    await expect(second).rejects.toMatchObject({ delayMs: 5_000 });
    open[0]?.resolve(plainResponse);
    await first;
    expect(open).toHaveLength(1);
  });

  test('ends for whoever is cancelled, and goes on for the others', async () => {
    const { llm, open, called } = pendingModel();
    const firsts = memoryFirstOfKind();
    const caller = new AbortController();
    const first = withSharedCalls(llm, firsts, job('1')).call(request, { signal });
    await called(1);
    const second = withSharedCalls(llm, firsts, job('2')).call(request, { signal: caller.signal });
    caller.abort();
    await expect(second).rejects.toBeInstanceOf(ModelError);
    open[0]?.resolve(plainResponse);
    expect(await first).toEqual(plainResponse);
  });
});

describe('an answer that was paid for', () => {
  async function lentBy(id: string) {
    const firsts = memoryFirstOfKind();
    const { llm, open, called } = pendingModel();
    const run = withSharedCalls(llm, firsts, job(id));
    const first = run.call(request, { signal });
    await called(1);
    open[0]?.resolve(plainResponse);
    await first;
    return { firsts, run, llm };
  }

  test('is its own when a later run of the same job finds it: the journal had lost it', async () => {
    const { firsts, llm } = await lentBy('1');
    expect(await withSharedCalls(llm, firsts, job('1')).call(request, { signal })).toEqual(plainResponse);
  });

  test('is paid for once by a run that makes the same call twice', async () => {
    const { run } = await lentBy('1');
    expect(await run.call(request, { signal })).toEqual({ ...plainResponse, borrowed: true });
  });
});

test.each<[string, Partial<CallPurpose>, Partial<LlmRequest>]>([
  ['of another tenant', { tenant: 'other' }, {}],
  ['of another worker type', { kind: 'poet' }, {}],
  ['of other words', {}, { messages: [{ role: 'user', text: 'A haiku on snow' }] }],
  ['of another model', {}, { model: 'claude-opus-5-5' }],
  ['of a goal that shares nothing', { singleFlight: false }, {}],
])('a call %s is made for itself', async (_, other, asked) => {
  const { llm, open, called } = pendingModel();
  const firsts = memoryFirstOfKind();
  const calls = [
    withSharedCalls(llm, firsts, purpose).call(request, { signal }),
    withSharedCalls(llm, firsts, { ...purpose, ...other }).call({ ...request, ...asked }, { signal }),
  ];
  await called(2);
  for (const each of open) each.resolve(plainResponse);
  for (const response of await Promise.all(calls)) expect(response.borrowed).toBeUndefined();
});

test('what is set off to be cached makes no other call of it', async () => {
  const { llm, open, called } = pendingModel();
  const firsts = memoryFirstOfKind();
  const setOff = { ...request, messages: [{ role: 'user', shared: 'A haiku', text: ' on rain' }] } as const;
  const first = withSharedCalls(llm, firsts, purpose).call(request, { signal });
  await called(1);
  open[0]?.resolve(plainResponse);
  await first;
  expect(await withSharedCalls(llm, firsts, purpose).call(setOff, { signal })).toMatchObject({
    borrowed: true,
  });
});

test('each call is made for itself when nobody can be asked', async () => {
  const broken: FirstOfKind = { ask: () => Promise.reject(new Error('Connection is closed.')) };
  const { llm, open, called } = pendingModel();
  const calls = ['1', '2'].map((id) => withSharedCalls(llm, broken, job(id)).call(request, { signal }));
  await called(2);
  for (const each of open) each.resolve(plainResponse);
  for (const response of await Promise.all(calls)) expect(response).toEqual(plainResponse);
});
