import { BatonError, ConnectionError } from './errors.ts';

/** What a failed attempt did on the server: surely nothing, or nobody knows. */
export type Effect = 'none' | 'unknown';

const withoutEffect: ReadonlySet<number> = new Set([408, 429]);
/** Refused until the next day: no caller waits for that. */
const BUDGET_EXHAUSTED = 'urn:baton:problem:budget_exhausted';
const unsure: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** The connection was never made. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Null for a failure that does not pass by itself. */
export function effectOf(failure: BatonError | ConnectionError): Effect | null {
  if (failure instanceof ConnectionError) {
    if (failure.failure === 'not_baton') return null;
    return failure.code !== null && neverConnected.has(failure.code) ? 'none' : 'unknown';
  }
  if (failure.type === BUDGET_EXHAUSTED) return null;
  if (withoutEffect.has(failure.status)) return 'none';
  return unsure.has(failure.status) ? 'unknown' : null;
}

/** Pauses in ms, before jitter. */
export interface Backoff {
  /** Doubles with each further failure. */
  readonly first: number;
  readonly longest: number;
}

/** A server's own wish is followed up to here, in ms. */
export const LONGEST_RETRY_AFTER = 60_000;

export interface FailedAttempt {
  readonly failure: BatonError | ConnectionError;
  /** Attempts that have failed in a row, this one included. */
  readonly failures: number;
  readonly maxRetries: number;
  /** Sent twice, the request does no more than sent once. */
  readonly repeatable: boolean;
  readonly backoff: Backoff;
  /** From 0 to less than 1. */
  readonly random: number;
}

/**
 * The pause before the next attempt, in ms; null when there is none. Between half and all of the backoff, so that many
 * clients do not come back at once, and never before the server wishes.
 */
export function pauseBeforeRetry(attempt: FailedAttempt): number | null {
  const { failure, failures, maxRetries, repeatable, backoff, random } = attempt;
  const effect = effectOf(failure);
  if (effect === null || failures > maxRetries || (effect === 'unknown' && !repeatable)) return null;
  const first = Math.min(backoff.first, backoff.longest);
  const grown = Math.min(first * 2 ** Math.min(failures - 1, 30), backoff.longest) * (0.5 + random / 2);
  const wish = failure instanceof BatonError ? failure.retryAfterMs : null;
  if (wish === null) return grown;
  return Math.max(grown, Math.min(wish, LONGEST_RETRY_AFTER) + random * first);
}
