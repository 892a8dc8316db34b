/** A model call that ended in an error, as its adapter classified it. */
export type CallFailure =
  | { readonly kind: 'terminal' }
  | { readonly kind: 'cancelled' }
  /** `retryAfterMs`: the endpoint's own word on how long to wait, if it gave one. `isOutage`: other calls fare no better. */
  | { readonly kind: 'retryable'; readonly retryAfterMs: number | null; readonly isOutage?: boolean };

export interface FailedCall {
  /** Calls made so far in this process, the failed one included: 1 or more. */
  readonly attempt: number;
  /** Those of them that were not sent, since the endpoint was out of order; 0 unless given. */
  readonly unsent?: number;
  readonly error: CallFailure;
}

/**
 * `wait`: call again after `ms` in this process. `later`: the wait is too long to sit out on a job's lock; give the job
 * back to its queue for `ms`. `giveUp`: no further call is worth it.
 */
export type RetryDecision =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'later'; readonly ms: number }
  | { readonly kind: 'giveUp'; readonly reason: string };

/** Calls in one process at the most. */
export const MAX_ATTEMPTS = 8;
export const BASE_DELAY_MS = 500;
/** The longest wait in process; a longer `retry-after` is for the queue to wait out. */
export const MAX_DELAY_MS = 20_000;
/** How long a job rests, at the least, whose calls have all failed in an outage. */
export const OUTAGE_REST_MS = 15_000;

/**
 * Exponential backoff with full jitter, on top of what the endpoint asked for. `later` does not count attempts: the
 * goal's deadline bounds how often a job comes back. An outage is never a reason to give up.
 *
 * @param random uniform in [0, 1)
 */
export function decideRetry({ attempt, unsent = 0, error }: FailedCall, random: () => number): RetryDecision {
  if (error.kind === 'cancelled') return { kind: 'giveUp', reason: 'the call was cancelled' };
  if (error.kind === 'terminal')
    return { kind: 'giveUp', reason: 'the error is not one that a further call could mend' };
  const asked = Math.max(0, error.retryAfterMs ?? 0);
  const jitter = random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
  if (asked > MAX_DELAY_MS) return { kind: 'later', ms: Math.ceil(asked + jitter) };
  if (error.isOutage === true) {
    if (attempt >= MAX_ATTEMPTS) return { kind: 'later', ms: Math.ceil(OUTAGE_REST_MS + jitter) };
  } else if (attempt - unsent >= MAX_ATTEMPTS) {
    return { kind: 'giveUp', reason: `${attempt - unsent} calls have failed` };
  }
  return { kind: 'wait', ms: Math.min(MAX_DELAY_MS, Math.ceil(asked + jitter)) };
}
