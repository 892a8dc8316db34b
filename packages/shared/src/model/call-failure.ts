import type { WatchReason } from './call-watch.ts';
import { cancelledError, classifyError, type CallFacts } from './classify-error.ts';
import { apiFailureOf, wasUnreached } from './error-shape.ts';
import { ModelError } from './llm.ts';

/** A call that ended without a whole message. */
export interface UnansweredCall {
  /** What was thrown; null when the stream just ended. */
  readonly thrown: unknown;
  /** Why the watch ended the call; null when it didn't. */
  readonly reason: WatchReason | null;
  readonly idleTimeoutMs: number;
  readonly timeoutMs: number;
  /** The `content-type` of the response; null without one. */
  readonly contentType: string | null;
  readonly facts: CallFacts;
}

/** The caller's own cancel comes first, then what the endpoint said, then what the watch saw, then what broke. */
export function failureOf(call: UnansweredCall): ModelError {
  const { thrown, reason, facts } = call;
  if (reason === 'cancelled') return cancelledError(facts, thrown ?? undefined);
  if (reason !== null && !isRefusedByStatus(thrown)) return watchError(reason, call);
  return thrown === null ? incompleteError(call) : classifyError(thrown, facts);
}

/** False when the endpoint refused the request or was never reached: nothing was paid for then. */
export function mayBePaid(thrown: unknown): boolean {
  return !isRefusedByStatus(thrown) && !wasUnreached(thrown);
}

function isRefusedByStatus(thrown: unknown): boolean {
  return (apiFailureOf(thrown)?.status ?? null) !== null;
}

function watchError(reason: Exclude<WatchReason, 'cancelled'>, call: UnansweredCall): ModelError {
  return new ModelError(explanations[reason](call), {
    failure:
      reason === 'response_too_large' ? { kind: 'terminal' } : { kind: 'retryable', retryAfterMs: null },
    type: reason,
    requestId: call.facts.requestId,
  });
}

const explanations: Readonly<Record<Exclude<WatchReason, 'cancelled'>, (call: UnansweredCall) => string>> = {
  idle_timeout: ({ facts, idleTimeoutMs }) =>
    `${facts.endpoint} sent nothing for ${idleTimeoutMs} ms during a call to ${facts.model}`,
  timeout: ({ facts, timeoutMs }) =>
    `A call to ${facts.model} at ${facts.endpoint} took longer than ${timeoutMs} ms: raise MODEL_TIMEOUT if such calls are due`,
  response_too_large: ({ facts }) =>
    `${facts.endpoint} sent more than a model's reply can hold: check that ${facts.settings ?? 'ANTHROPIC'}_BASE_URL serves the Messages API`,
};

function incompleteError({ contentType, facts }: UnansweredCall): ModelError {
  const hint =
    contentType === null || contentType.startsWith('text/event-stream')
      ? ''
      : `; it sent ${contentType} where an event stream is due: check that ${facts.settings ?? 'ANTHROPIC'}_BASE_URL serves the Messages API`;
  return new ModelError(
    `${facts.endpoint} ended its reply for ${facts.model} before the message was complete${hint}`,
    {
      failure: { kind: 'retryable', retryAfterMs: null },
      type: 'incomplete_response',
      requestId: facts.requestId,
    },
  );
}
