/**
 * Calls as spans, by OpenTelemetry's conventions for generative AI (still in development there; as of semantic conventions 1.41).
 *
 * 1. A span is one call with all that it takes: waits for limits, repetitions, a second request beside a slow one. A call whose
 *    answer is in the journal has none.
 * 2. Sizes, names and codes get in. Not a word of a prompt, an answer, a tool or an error.
 */
import { routesOf, type Endpoint, type EndpointSettings } from '../settings/endpoints.ts';
import { activeSpan, inSpan, isTracing, type Attributes, type Span } from '../telemetry/tracing.ts';
import { LaterError, ModelError, type Llm, type LlmRequest, type LlmResponse } from './llm.ts';
import type { RetryInfo } from './retrying-llm.ts';

/** What is told of a model's endpoint. */
export type EndpointNames = (model: string) => Attributes;

const providers: Readonly<Record<Endpoint['provider'], string>> = {
  anthropic: 'anthropic',
  bedrock: 'aws.bedrock',
  vertex: 'gcp.vertex_ai',
};

const usualAddress = 'https://api.anthropic.com';

function namesOf({ provider, baseUrl }: Endpoint): Attributes {
  const address = baseUrl ?? (provider === 'anthropic' ? usualAddress : null);
  const { hostname, port, protocol } = address === null ? {} : new URL(address);
  return {
    'gen_ai.provider.name': providers[provider],
    'server.address': hostname,
    'server.port': hostname === undefined ? null : Number(port || (protocol === 'https:' ? 443 : 80)),
  };
}

export function endpointNames(settings: EndpointSettings): EndpointNames {
  const { byModel, others } = routesOf(settings);
  return (model) => {
    const endpoint = byModel.get(model) ?? others;
    return endpoint ? namesOf(endpoint) : {};
  };
}

function requested(request: LlmRequest): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': request.model,
    'gen_ai.request.max_tokens': request.maxTokens,
    'gen_ai.request.stream': true,
    'gen_ai.output.type': request.jsonSchema === null ? 'text' : 'json',
  };
}

function answered({ model, stopReason, usage, simulated, borrowed }: LlmResponse): Attributes {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const about: Attributes = {
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': [stopReason],
    'baton.simulated': simulated || null,
    'baton.borrowed': borrowed ?? null,
  };
  // What another call has paid for is told there.
  if (borrowed) return about;
  return {
    ...about,
    'gen_ai.usage.input_tokens': inputTokens + cacheReadTokens + cacheWriteTokens,
    'gen_ai.usage.output_tokens': outputTokens,
    'gen_ai.usage.cache_read.input_tokens': cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': cacheWriteTokens,
  };
}

/** A call that is put off has not failed, nor has one that was broken off. */
function isFailure(error: unknown): boolean {
  return !(
    error instanceof LaterError ||
    (error instanceof ModelError && error.failure.kind === 'cancelled')
  );
}

function tellPutOff(span: Span, error: unknown): void {
  if (error instanceof LaterError) span.event('baton.model.put_off', { 'baton.delay_ms': error.delayMs });
  else if (!isFailure(error)) span.event('baton.model.broken_off');
}

/** Each call as one span; outermost, but for the journal. */
export function withCallSpans(llm: Llm, endpoints: EndpointNames): Llm {
  return {
    call(request, options) {
      if (!isTracing()) return llm.call(request, options);
      const { model } = request;
      const attributes = { ...requested(request), ...endpoints(model) };
      return inSpan(`chat ${model}`, { kind: 'client', attributes, failsWith: isFailure }, async (span) => {
        try {
          const response = await llm.call(request, options);
          span.set(answered(response));
          return response;
        } catch (error) {
          tellPutOff(span, error);
          throw error;
        }
      });
    },
  };
}

/** Each request of a call as an event of its span, with the first of its answer; innermost. */
export function withRequestEvents(llm: Llm, endpoints: EndpointNames): Llm {
  return {
    call(request, options) {
      if (!isTracing()) return llm.call(request, options);
      const span = activeSpan();
      const sentAt = performance.now();
      span.event('baton.model.request', {
        'gen_ai.request.model': request.model,
        'server.address': endpoints(request.model)['server.address'],
      });
      const onBegun = (): void => {
        span.set({ 'gen_ai.response.time_to_first_chunk': (performance.now() - sentAt) / 1_000 });
        options.onBegun?.();
      };
      return llm.call(request, { ...options, onBegun });
    },
  };
}

export function tellRetry({ attempt, waitMs, error }: RetryInfo): void {
  activeSpan().event('baton.model.retry', {
    'error.type': error.type,
    'baton.delay_ms': Math.round(waitMs),
    'baton.model.requests': attempt,
  });
}

/** ms; what takes less is the question itself. */
const LEAST_WAIT = 100;

/** @param what is waited for: the limits of a model, or what is left of a budget. */
export function tellWait(what: 'limit' | 'budget', model: string, ms: number): void {
  if (ms >= LEAST_WAIT)
    activeSpan().event(`baton.${what}.waited`, { 'gen_ai.request.model': model, 'baton.waited_ms': ms });
}

/** A call that was not made: its answer was kept by an earlier run, or has come through a batch. */
export function tellReuse(model: string, step: string, { batched }: LlmResponse): void {
  activeSpan().event('baton.model.reused', {
    'gen_ai.request.model': model,
    'baton.step': step,
    'baton.batched': batched ?? null,
  });
}
