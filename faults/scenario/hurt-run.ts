import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../fuzz/random.ts';
import type { Lab, LabOptions } from '../lab/lab.ts';
import type { Disturbance, Excuse, Stage } from './disturbances.ts';
import type { Session } from './session.ts';

/** A lab for runs whose model is hurt too: slow enough to have calls in flight, and soon given up when it says nothing. */
export const hurtLab: LabOptions = {
  apis: 2,
  planners: 2,
  environment: { MODEL_IDLE_TIMEOUT: '3s', MODEL_TIMEOUT: '10s' },
  emulator: { EMULATOR_PACE: '2' },
};

/** A disturbance that took place. */
export interface Hurt {
  readonly kind: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly excuse: Excuse;
}

/** Disturbances of one run, several at a time, each on programs of its own. */
export class Hurts {
  readonly done: Hurt[] = [];
  readonly #stage: Stage;
  readonly #running = new Set<Promise<void>>();
  readonly #errors: Error[] = [];

  constructor(lab: Lab, session: Session, random: Random) {
    this.#stage = { lab, session, random, busy: new Set() };
  }

  start({ kind, run }: Disturbance): void {
    const at = Date.now();
    const running = run(this.#stage)
      .then(
        (excuse) => void (excuse && this.done.push({ kind, at, excuse })),
        (error: Error) => void this.#errors.push(new Error(`${kind}: ${error.message}`, { cause: error })),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when none is under way; rejects with what kept one from being done. */
  async over(): Promise<void> {
    await Promise.all(this.#running);
    const [error] = this.#errors;
    if (error) throw error;
  }

  /** What all of them together excuse. */
  get excuse(): Excuse {
    return this.done.reduce(
      (sum, { excuse }) => ({
        faultsPastLock: sum.faultsPastLock + excuse.faultsPastLock,
        lostAnswers: sum.lostAnswers + excuse.lostAnswers,
      }),
      { faultsPastLock: 0, lostAnswers: 0 },
    );
  }
}

/** Calls `act` at each of these times, in ms from now, in order of time; resolves when the last has been called. */
export async function atTimes<T>(
  moments: readonly { readonly at: number; readonly what: T }[],
  act: (what: T) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (const { at, what } of moments.toSorted((left, right) => left.at - right.at)) {
    await delay(Math.max(0, startedAt + at - performance.now()));
    act(what);
  }
}
