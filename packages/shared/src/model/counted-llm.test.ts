import { describe, expect, it } from 'vitest';
import { createMetrics } from '../telemetry/metrics.ts';
import { callCounts, withCounts } from './counted-llm.ts';
import { ModelError, type Llm, type LlmRequest, type LlmResponse, type ModelFailure } from './llm.ts';
import { defaultPrices } from './prices.ts';

const request: LlmRequest = { model: 'asked', system: '', messages: [], maxTokens: 10, jsonSchema: null };
const response: LlmResponse = {
  text: 'x',
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  model: 'answered',
  requestId: null,
  simulated: false,
};
const retryable: ModelFailure = { kind: 'retryable', retryAfterMs: null };
const error = (failure: ModelFailure, type: string, status: number | null = null): ModelError =>
  new ModelError('no', { failure, type, status });

function open(call: Llm['call']) {
  const metrics = createMetrics();
  const counts = callCounts(metrics, defaultPrices);
  return { metrics, counts, llm: withCounts({ call }, counts) };
}

describe('requests to models', () => {
  it.each<[string, Llm['call']]>([
    ['answered', async () => response],
    ['refused', () => Promise.reject(error(retryable, 'rate_limit_error', 429))],
    ['refused', () => Promise.reject(error(retryable, 'overloaded_error', 529))],
    ['refused', () => Promise.reject(error({ kind: 'terminal' }, 'invalid_request_error', 400))],
    ['failed', () => Promise.reject(error(retryable, 'api_error', 500))],
    ['failed', () => Promise.reject(error(retryable, 'idle_timeout'))],
    ['failed', () => Promise.reject(error({ kind: 'terminal' }, 'response_too_large'))],
    ['failed', () => Promise.reject(new Error('a fault of ours'))],
    ['aborted', () => Promise.reject(error({ kind: 'cancelled' }, 'cancelled'))],
  ])('are measured once each, by how they ended: %s', async (outcome, call) => {
    const { metrics, llm } = open(call);
    await llm.call(request, { signal: new AbortController().signal }).catch(() => undefined);
    const { values } = await metrics.modelCallSeconds.get();
    const counts = values.filter(({ metricName }) => metricName === 'baton_model_call_seconds_count');
    expect(counts.map(({ labels, value }) => [labels, value])).toEqual([[{ model: 'asked', outcome }, 1]]);
  });

  it('are told of from the start, so that the first that fail are seen to be more than before', async () => {
    const metrics = createMetrics();
    callCounts(metrics, defaultPrices, ['m']);
    const text = await metrics.registry.metrics();
    for (const outcome of ['answered', 'refused', 'failed', 'aborted'])
      expect(text).toContain(`baton_model_call_seconds_count{model="m",outcome="${outcome}"} 0`);
    expect(text).toContain('baton_model_calls_possibly_repeated_total{model="m"} 0');
    expect(text).toContain('baton_model_calls_reused_total{model="m"} 0');
  });

  it('name a bounded number of models, whatever an endpoint calls itself', async () => {
    let count = 0;
    const { metrics, llm } = open(async () => ({ ...response, model: `model-${(count += 1)}` }));
    for (let times = 0; times < 200; times += 1)
      await llm.call(request, { signal: new AbortController().signal });
    const { values } = await metrics.modelCalls.get();
    expect(values.length).toBeLessThanOrEqual(51);
    expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(200);
    expect(values.find(({ labels }) => labels.model === 'other')?.value).toBeGreaterThan(100);
  });

  it('name a bounded number of causes of retries', async () => {
    const { metrics, counts } = open(async () => response);
    for (let times = 0; times < 100; times += 1) counts.retried(`error-${times}`);
    expect((await metrics.modelRetries.get()).values.length).toBeLessThanOrEqual(31);
  });
});
