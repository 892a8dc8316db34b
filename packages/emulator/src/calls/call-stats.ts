import type { Fault } from '../fault/fault.ts';

/** Counts of one kind of call. */
export interface Tally {
  /** Calls whose request was valid. */
  calls: number;
  /** Calls whose answer was produced and began to be sent: what a bill would show. */
  paid: number;
  /** Calls that the client left before the answer was complete, paid or not. */
  aborted: number;
}

/** What the emulator has counted since it started or was last reset. */
export interface EmulatorStats extends Tally {
  /** Calls not yet ended. */
  readonly inFlight: number;
  /** Calls answered with a 4xx status, injected or not. */
  readonly refused: number;
  /** Of the refused, those that the emulator's own rate limits turned away. */
  readonly rateLimited: number;
  /** Faults injected. */
  readonly faults: number;
  /** Tokens of the paid calls; input counts what was read from and written to the cache too. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly byRole: Readonly<Record<string, Tally>>;
  readonly byModel: Readonly<Record<string, Tally>>;
  /** Key: `<goal hash>/<task id>`; the work on the task alone, not what judges say of it. */
  readonly byTask: Readonly<Record<string, Tally>>;
  /** Key: `<goal hash>`; all roles together. */
  readonly byGoal: Readonly<Record<string, Tally>>;
  readonly byFault: Readonly<Partial<Record<Fault['kind'], number>>>;
}

const MAX_KEYS = 100_000;

/** Tallies by key; past 100,000 keys the oldest are forgotten. */
export class TallyBook {
  readonly #tallies = new Map<string, Tally>();

  at(key: string): Tally {
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const fresh = { calls: 0, paid: 0, aborted: 0 };
    this.#tallies.set(key, fresh);
    const oldest = this.#tallies.keys().next().value;
    if (this.#tallies.size > MAX_KEYS && oldest !== undefined) this.#tallies.delete(oldest);
    return fresh;
  }

  snapshot(): Record<string, Tally> {
    return Object.fromEntries([...this.#tallies].map(([key, tally]) => [key, { ...tally }]));
  }
}
