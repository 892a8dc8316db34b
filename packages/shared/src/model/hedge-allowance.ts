import type { Typical } from './call-samples.ts';

/** Fewer samples say nothing of a twentieth of the calls. */
const LEAST_SAMPLES = 20;
const SHARE = 0.08;
const MOST_SAVED = 8;
const AT_START = 2;

/**
 * ms after which a call counts as slow: the p95 of its kind, or twice the p90 where that is less, since the p95 of a kind with
 * stragglers may be a straggler's own. Null when too little is known.
 */
export function slowAfterMs(typical: Typical | null): number | null {
  if (typical === null || typical.samples < LEAST_SAMPLES) return null;
  return Math.max(1, Math.min(typical.p95Ms, 2 * typical.p90Ms));
}

/** Second calls that a process may make: 8 of 100 calls, so that an endpoint on which all are slow is not asked twice as much. */
export class HedgeAllowance {
  #left = AT_START;

  earn(): void {
    this.#left = Math.min(MOST_SAVED, this.#left + SHARE);
  }

  /** False when there is none left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
