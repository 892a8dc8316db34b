const FIRST_DELAY = 5_000;
const FACTOR = 3;
const LONGEST_DELAY = 6 * 3_600_000;
/** From the first attempt to the last one. */
const PERSEVERANCE = 24 * 3_600_000;
/** Delays are spread by this part of them in both directions, so that what failed together does not come back together. */
const SPREAD = 0.2;

export interface FailedAttempt {
  /** Counting from 1. */
  readonly attempt: number;
  /** ms since the first attempt began. */
  readonly elapsedMs: number;
  /** ms that the receiver asked to wait, or null. */
  readonly retryAfterMs: number | null;
}

/**
 * ms until the next attempt: 5 s, 15 s, 45 s, … up to 6 h, or as long as the receiver asks where that is longer, also up
 * to 6 h. The last attempt is made a day after the first; null after it.
 * @param random uniform in [0, 1)
 */
export function nextAttemptIn(
  { attempt, elapsedMs, retryAfterMs }: FailedAttempt,
  random: number,
): number | null {
  const left = PERSEVERANCE - elapsedMs;
  if (left <= 0) return null;
  const backOff = Math.min(FIRST_DELAY * FACTOR ** (attempt - 1), LONGEST_DELAY);
  const spread = backOff * (1 - SPREAD + 2 * SPREAD * random);
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_DELAY);
  return Math.ceil(Math.min(Math.max(spread, asked), left));
}
