import { expect, test } from 'vitest';
import { fallbacksOf, withFallback } from './fallback-llm.ts';
import { ModelError, type LlmRequest, type ModelFailure } from './llm.ts';
import { modelUnavailable } from './model-unavailable.ts';
import { scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

const request: LlmRequest = { model: 'own', system: '', messages: [], maxTokens: 1, jsonSchema: null };
const options = { signal: new AbortController().signal };
const unavailable = modelUnavailable('own', 10_000);
const error = (type: string, failure: ModelFailure, status: number | null = null): ModelError =>
  new ModelError(type, { failure, type, status });
const spent = error('spend_limit_reached', { kind: 'terminal' }, 429);
const unknown = error('not_found_error', { kind: 'terminal' }, 404);
const overloaded = error('overloaded_error', { kind: 'retryable', retryAfterMs: null }, 529);

function falling(...lines: readonly ScriptLine[]) {
  const llm = scriptedLlm(...lines);
  return { llm, call: () => withFallback(llm, { own: 'other' }).call(request, options) };
}

test.each([
  ['is unavailable', unavailable],
  ['has a spent account', spent],
  ['is not known to its endpoint', unknown],
])('a model that %s is replaced by its fallback, which says so', async (_why, failure) => {
  const { llm, call } = falling(failure, { text: 'there', model: 'other' });
  expect(await call()).toMatchObject({ text: 'there', model: 'other' });
  expect(llm.requests.map(({ model }) => model)).toEqual(['own', 'other']);
});

test('other failures are the model’s own, as are all of a model without a fallback', async () => {
  const { llm, call } = falling(overloaded);
  await expect(call()).rejects.toBe(overloaded);
  expect(llm.requests).toHaveLength(1);
  const without = withFallback(scriptedLlm(spent), { another: 'other' });
  await expect(without.call(request, options)).rejects.toBe(spent);
});

test('when neither can answer, the failure that may pass is told', async () => {
  await expect(falling(unavailable, spent).call()).rejects.toBe(unavailable);
  await expect(falling(spent, unavailable).call()).rejects.toBe(unavailable);
  await expect(falling(unavailable, overloaded).call()).rejects.toBe(overloaded);
  await expect(falling(spent, unknown).call()).rejects.toBe(unknown);
});

test('a call that is made again asks its fallback by the same request', async () => {
  const { llm, call } = falling(unavailable, overloaded, unavailable, { text: 'there' });
  const again = withFallback(llm, { own: 'other' });
  await expect(again.call(request, options)).rejects.toBe(overloaded);
  await again.call(request, options);
  expect(llm.requests[1]).toBe(llm.requests[3]);
  expect(call).toBeTypeOf('function');
});

test('fallbacks are named per tier', () => {
  const models = { MODEL_FAST: 'f', MODEL_BALANCED: 'b', MODEL_STRONG: 's' };
  expect(fallbacksOf(models)).toEqual({});
  expect(fallbacksOf({ ...models, MODEL_FAST_FALLBACK: 'b', MODEL_STRONG_FALLBACK: 'b' })).toEqual({
    f: 'b',
    s: 'b',
  });
  const one = { MODEL_FAST: 'x', MODEL_BALANCED: 'x', MODEL_STRONG: 'x' };
  expect(fallbacksOf({ ...one, MODEL_FAST_FALLBACK: 'a', MODEL_STRONG_FALLBACK: 'b' })).toEqual({ x: 'a' });
});
