import type { EndpointSettings } from '../settings/endpoints.ts';
import { SPEND_LIMIT } from './classify-error.ts';
import { ModelError, type Llm, type LlmRequest } from './llm.ts';
import { MODEL_UNAVAILABLE } from './model-unavailable.ts';

/** Per model the one to ask in its place while it is out of order. */
export type Fallbacks = Readonly<Record<string, string>>;

/** A model that serves several tiers has the fallback of the cheapest of them that names one. */
export function fallbacksOf(settings: EndpointSettings): Fallbacks {
  const pairs = [
    [settings.MODEL_STRONG, settings.MODEL_STRONG_FALLBACK],
    [settings.MODEL_BALANCED, settings.MODEL_BALANCED_FALLBACK],
    [settings.MODEL_FAST, settings.MODEL_FAST_FALLBACK],
  ] as const;
  const named = pairs.flatMap(([model, other]) => (other === undefined ? [] : [[model, other] as const]));
  return Object.freeze(Object.fromEntries(named));
}

/**
 * Asks a model's fallback while the model is unavailable, its account is spent, or its endpoint does not know it; the response tells
 * which model answered. When neither can answer, the failure that may pass is told.
 */
export function withFallback(llm: Llm, fallbacks: Fallbacks): Llm {
  // A retry is told by its request being the same one.
  const substitutes = new WeakMap<LlmRequest, LlmRequest>();
  const substituteOf = (request: LlmRequest, model: string): LlmRequest => {
    const substitute = substitutes.get(request) ?? { ...request, model };
    substitutes.set(request, substitute);
    return substitute;
  };
  return {
    async call(request, options) {
      try {
        return await llm.call(request, options);
      } catch (error) {
        const other = Object.hasOwn(fallbacks, request.model) ? fallbacks[request.model] : undefined;
        if (other === undefined || other === request.model || !isOutOfOrder(error)) throw error;
        try {
          return await llm.call(substituteOf(request, other), options);
        } catch (second) {
          throw second instanceof ModelError && isOutOfOrder(second) && mayPass(error) ? error : second;
        }
      }
    },
  };
}

function isOutOfOrder(error: unknown): error is ModelError {
  if (!(error instanceof ModelError)) return false;
  const { type, status } = error;
  return type === MODEL_UNAVAILABLE || type === SPEND_LIMIT || type === 'not_found_error' || status === 404;
}

function mayPass({ failure }: ModelError): boolean {
  return failure.kind === 'retryable';
}
