import { SPEND_LIMIT } from './classify-error.ts';
import { ModelError, type TokenUsage } from './llm.ts';

/** What became of a request that was admitted. */
export type CallEnd =
  | { readonly kind: 'answered'; readonly usage: TokenUsage }
  /** It was not sent. */
  | { readonly kind: 'unsent' }
  /** Its caller ended it: what it used is not known. */
  | { readonly kind: 'left' }
  /** 429. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number | null }
  | { readonly kind: 'spent'; readonly message: string }
  /** The endpoint works and wants no such request. */
  | { readonly kind: 'rejected' }
  /** The endpoint's own failure. */
  | {
      readonly kind: 'overloaded' | 'unreached' | 'failed';
      /** It may have been paid for. */
      readonly isLost: boolean;
      /** How often this call has failed, this time included. */
      readonly failures: number;
      /** When its first try was let go, by the clock that all share. */
      readonly since: number;
    };

const ours: ReadonlySet<string> = new Set(['response_too_large', 'unexpected_error']);

/** @param error whatever the call was rejected with. */
export function callEndOf(
  error: unknown,
  facts: { readonly isLost: boolean; readonly failures: number; readonly since: number },
): CallEnd {
  if (!(error instanceof ModelError)) return { kind: 'left' };
  const { failure, status, type, message } = error;
  if (failure.kind === 'cancelled') return { kind: 'left' };
  if (type === SPEND_LIMIT) return { kind: 'spent', message };
  if (type === 'overloaded_error' || status === 529) return { kind: 'overloaded', ...facts };
  if (status === 429 || type === 'rate_limit_error') {
    return { kind: 'limited', retryAfterMs: failure.kind === 'retryable' ? failure.retryAfterMs : null };
  }
  if (status !== null && status < 500 && status !== 408 && status !== 499) return { kind: 'rejected' };
  if (ours.has(type)) return { kind: 'left' };
  return { kind: type === 'connection_error' && !facts.isLost ? 'unreached' : 'failed', ...facts };
}

/**
 * Whether other calls fare no better. One that may have been paid for is never put off for it: it would be paid for again and again.
 * @param isDown nobody was answered since the call's first try.
 */
export function isOutage(end: CallEnd, isDown: boolean): boolean {
  if (!isDown) return false;
  return end.kind === 'limited' || ('isLost' in end && !end.isLost);
}
