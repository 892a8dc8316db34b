import { ModelError } from './llm.ts';

/** The type of an error for a call that was not made, since the endpoint has failed too often lately. */
export const MODEL_UNAVAILABLE = 'model_unavailable';

export function modelUnavailable(model: string, retryAfterMs: number): ModelError {
  return new ModelError(
    `The endpoint of ${model} has failed too often: it is tried again in ${Math.ceil(retryAfterMs / 1_000)} s`,
    { failure: { kind: 'retryable', retryAfterMs, isOutage: true }, type: MODEL_UNAVAILABLE },
  );
}
