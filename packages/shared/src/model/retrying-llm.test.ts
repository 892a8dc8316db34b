import { BASE_DELAY_MS, MAX_ATTEMPTS } from '@baton/plan/retry';
import { expect, test } from 'vitest';
import { ModelError, type LlmRequest, type ModelFailure } from './llm.ts';
import { modelUnavailable } from './model-unavailable.ts';
import { RetryLaterError, withRetries, type RetryInfo } from './retrying-llm.ts';
import { sleepUnlessCancelled } from './sleep-unless-cancelled.ts';
import { plainResponse, scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

const request: LlmRequest = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };

function failure(kind: ModelFailure): ModelError {
  return new ModelError('failed', { failure: kind, type: 'test' });
}
const transient = failure({ kind: 'retryable', retryAfterMs: null });

function retrying(...lines: readonly ScriptLine[]) {
  const llm = scriptedLlm(...lines);
  const retries: RetryInfo[] = [];
  const slept: number[] = [];
  const retried = withRetries(llm, {
    random: () => 1,
    sleep: async (ms) => {
      slept.push(ms);
    },
    onRetry: (info) => retries.push(info),
  });
  return { llm, retries, slept, call: () => retried.call(request, { signal: new AbortController().signal }) };
}

test('a call that fails for now is made again, after a growing wait', async () => {
  const { call, llm, retries, slept } = retrying(transient, transient, { text: 'there' });
  expect(await call()).toEqual({ ...plainResponse, text: 'there' });
  expect(llm.requests).toEqual([request, request, request]);
  expect(slept).toEqual([BASE_DELAY_MS, BASE_DELAY_MS * 2]);
  expect(retries).toEqual([
    { model: 'm', attempt: 1, waitMs: BASE_DELAY_MS, error: transient },
    { model: 'm', attempt: 2, waitMs: BASE_DELAY_MS * 2, error: transient },
  ]);
});

test.each<ModelFailure>([{ kind: 'terminal' }, { kind: 'cancelled' }])('%j ends it at once', async (kind) => {
  const error = failure(kind);
  const { call, llm, retries } = retrying(error);
  await expect(call()).rejects.toBe(error);
  expect(llm.requests).toHaveLength(1);
  expect(retries).toEqual([]);
});

test('the last error is told when no further call is worth it', async () => {
  const last = failure({ kind: 'retryable', retryAfterMs: null });
  const { call, llm } = retrying(...Array.from({ length: MAX_ATTEMPTS - 1 }, () => transient), last);
  await expect(call()).rejects.toBe(last);
  expect(llm.requests).toHaveLength(MAX_ATTEMPTS);
});

test('an hour asked for by the endpoint is left to the queue', async () => {
  const cause = failure({ kind: 'retryable', retryAfterMs: 3_600_000 });
  const { call, slept } = retrying(cause);
  const error: unknown = await call().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RetryLaterError);
  expect(error).toMatchObject({ delayMs: 3_600_500, cause });
  expect(slept).toEqual([]);
});

test('an error that is not of the model goes through', async () => {
  const mistake = new Error('mistake');
  await expect(retrying(mistake).call()).rejects.toBe(mistake);
});

test('a call that has failed by itself sits the failures of others out, so that its tries are counted on', async () => {
  const others = Array.from({ length: MAX_ATTEMPTS + 2 }, () => modelUnavailable('m', 2_000));
  const own = Array.from({ length: MAX_ATTEMPTS }, () => transient);
  const { call, llm } = retrying(...own.slice(1), ...others, transient);
  await expect(call()).rejects.toBe(transient);
  expect(llm.requests).toHaveLength(own.length + others.length);
  await expect(retrying(...others).call()).rejects.toBeInstanceOf(RetryLaterError);
});

test('a cancel during the wait ends the call as cancelled', async () => {
  const caller = new AbortController();
  const llm = scriptedLlm(failure({ kind: 'retryable', retryAfterMs: 20_000 }));
  const retried = withRetries(llm, {
    random: () => 0,
    sleep: sleepUnlessCancelled,
    onRetry: () => setImmediate(() => caller.abort()),
  });
  await expect(retried.call(request, { signal: caller.signal })).rejects.toMatchObject({
    failure: { kind: 'cancelled' },
  });
});

test('a wait that fails by itself is no cancel', async () => {
  const broken = new Error('no timer');
  const retried = withRetries(scriptedLlm(transient), {
    random: () => 0,
    sleep: () => Promise.reject(broken),
    onRetry: () => undefined,
  });
  await expect(retried.call(request, { signal: new AbortController().signal })).rejects.toBe(broken);
});

test('a call that may not be made again, after the wait, ends as cancelled', async () => {
  const llm = scriptedLlm(transient, transient, { text: 'not to be paid for' });
  const asked: number[] = [];
  const retried = withRetries(llm, {
    random: () => 0,
    sleep: async () => void asked.push(0),
    onRetry: () => undefined,
  });
  const mayRetry = async (): Promise<boolean> => asked.push(1) < 4;
  const call = retried.call(request, { signal: new AbortController().signal, mayRetry });
  await expect(call).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  expect(llm.requests).toHaveLength(2);
  expect(asked).toEqual([0, 1, 0, 1]);
});

test('nobody is asked whether a first call may be made', async () => {
  const mayRetry = (): Promise<boolean> => Promise.reject(new Error('asked'));
  const retried = withRetries(scriptedLlm({ text: 'there' }), {
    random: () => 0,
    sleep: () => Promise.resolve(),
    onRetry: () => undefined,
  });
  const options = { signal: new AbortController().signal, mayRetry };
  expect((await retried.call(request, options)).text).toBe('there');
});
