import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommonSettings } from '../settings/settings.ts';
import { tracedHere, type TracedHere } from '../telemetry/testing/traced-here.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { inSpan } from '../telemetry/tracing.ts';
import type { CallPurpose } from './call-purpose.ts';
import { ModelError, type Llm, type LlmRequest } from './llm.ts';
import { openModelAccess, type ModelSettings } from './model-access.ts';
import { RetryLaterError } from './retrying-llm.ts';
import { endpointNames, tellWait, withCallSpans } from './traced-llm.ts';
import { memoryJournal } from './testing/memory-journal.ts';
import { scriptedLlm } from './testing/scripted-llm.ts';

const CANARY = 'canary-41c';

const settings = {
  ANTHROPIC_API_KEY: CANARY,
  MODEL_FAST: 'fast',
  MODEL_BALANCED: 'balanced',
  MODEL_STRONG: 'strong',
  MODEL_FAST_PROVIDER: 'bedrock',
  MODEL_STRONG_BASE_URL: `http://user:${CANARY}@models.example:8080/${CANARY}`,
  MODEL_STRONG_API_KEY: CANARY,
  MODEL_TIMEOUT: 60_000,
  STRUCTURED_OUTPUT: 'native',
  MODEL_CONTEXT_TOKENS: 200_000,
  PROMPT_CACHE: false,
} as unknown as ModelSettings & CommonSettings;

const request: LlmRequest = {
  model: 'strong',
  system: CANARY,
  messages: [{ role: 'user', text: CANARY }],
  maxTokens: 100,
  jsonSchema: { type: 'object' },
};
const options = { signal: new AbortController().signal };
const endpoints = endpointNames(settings);

const purpose = {
  tenant: 't',
  kind: 'planner',
  job: null,
  urgency: {},
  singleFlight: false,
  hedge: false,
} as unknown as CallPurpose;

function overloaded(): ModelError {
  const failure = { kind: 'retryable', retryAfterMs: 0 } as const;
  return new ModelError(CANARY, { failure, type: 'overloaded_error', status: 529, requestId: null });
}

let traced: TracedHere;
beforeEach(() => {
  traced = tracedHere();
});
afterEach(() => traced.close());

const call = (llm: Llm): Promise<unknown> => withCallSpans(llm, endpoints).call(request, options);

describe('a call of a model', () => {
  it('is a span by the conventions for generative AI', async () => {
    const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 20, cacheWriteTokens: 3 };
    await call(scriptedLlm({ text: CANARY, usage, model: 'strong-1' }));
    expect(traced.spans()).toMatchObject([
      {
        name: 'chat strong',
        kind: 'client',
        isFailed: false,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'anthropic',
          'gen_ai.request.model': 'strong',
          'gen_ai.request.max_tokens': 100,
          'gen_ai.output.type': 'json',
          'gen_ai.response.model': 'strong-1',
          'gen_ai.response.finish_reasons': ['end_turn'],
          'gen_ai.usage.input_tokens': 33,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.usage.cache_read.input_tokens': 20,
          'gen_ai.usage.cache_creation.input_tokens': 3,
          'server.address': 'models.example',
          'server.port': 8080,
        },
      },
    ]);
    expect(JSON.stringify(traced.spans())).not.toContain(CANARY);
  });

  it('that fails says how, and nothing of what was said', async () => {
    await expect(call(scriptedLlm(overloaded()))).rejects.toThrow();
    expect(traced.spans()).toMatchObject([
      { isFailed: true, attributes: { 'error.type': 'overloaded_error' } },
    ]);
    expect(JSON.stringify(traced.spans())).not.toContain(CANARY);
  });

  it('that is put off or broken off has not failed', async () => {
    const cancelled = new ModelError(CANARY, {
      failure: { kind: 'cancelled' },
      type: 'cancelled',
      status: null,
      requestId: null,
    });
    await expect(call(scriptedLlm(new RetryLaterError(4_000, overloaded())))).rejects.toThrow();
    await expect(call(scriptedLlm(cancelled))).rejects.toThrow();
    expect(traced.spans()).toMatchObject([
      { isFailed: false, events: [{ name: 'baton.model.put_off', attributes: { 'baton.delay_ms': 4_000 } }] },
      { isFailed: false, events: [{ name: 'baton.model.broken_off' }] },
    ]);
  });

  it('whose answer another call has paid for counts no tokens', async () => {
    await call(scriptedLlm({ borrowed: true }));
    const [span] = traced.spans();
    expect(span?.attributes).toMatchObject({ 'baton.borrowed': true });
    expect(Object.keys(span?.attributes ?? {}).filter((name) => name.startsWith('gen_ai.usage'))).toEqual([]);
  });

  it('names who provides the model', () => {
    expect(endpoints('fast')).toMatchObject({ 'gen_ai.provider.name': 'aws.bedrock' });
    expect(endpoints('balanced')).toEqual({
      'gen_ai.provider.name': 'anthropic',
      'server.address': 'api.anthropic.com',
      'server.port': 443,
    });
  });
});

describe('what befalls a call', () => {
  it('is told in its span: each request, and why it was repeated; what the journal has is no call', async () => {
    const llm = scriptedLlm(overloaded(), async (_request, { onBegun }) => {
      onBegun?.();
      return scriptedLlm({}).call(request, options);
    });
    const access = openModelAccess(llm, settings, createMetrics());
    const caller = access.callerFor(memoryJournal(), purpose);
    await inSpan('task', {}, async () => {
      await caller.call(request, { ...options, step: 'answer', attempt: 1 });
      await caller.call(request, { ...options, step: 'answer', attempt: 1 });
    });
    const [chat, task] = traced.spans();
    expect(traced.spans()).toHaveLength(2);
    expect(chat?.events.map(({ name }) => name)).toEqual([
      'baton.model.request',
      'baton.model.retry',
      'baton.model.request',
    ]);
    expect(chat?.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThanOrEqual(0);
    expect(chat?.parentId).toBe(task?.id);
    expect(task?.events).toEqual([
      {
        name: 'baton.model.reused',
        attributes: { 'gen_ai.request.model': 'strong', 'baton.step': 'answer' },
      },
    ]);
  });

  it('long waits are told, the time of asking is not', async () => {
    await inSpan('task', {}, async () => {
      tellWait('limit', 'strong', 99);
      tellWait('limit', 'strong', 1_200);
      tellWait('budget', 'strong', 300);
    });
    expect(traced.spans()[0]?.events).toMatchObject([
      { name: 'baton.limit.waited', attributes: { 'baton.waited_ms': 1_200 } },
      { name: 'baton.budget.waited', attributes: { 'baton.waited_ms': 300 } },
    ]);
  });
});
