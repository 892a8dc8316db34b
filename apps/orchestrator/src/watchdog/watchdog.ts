/**
 * What looks after goals when nothing else does: deadlines, lost jobs, what ended goals leave behind.
 *
 * 1. One process watches at a time; the others step in when it says nothing for a few seconds.
 * 2. Nothing here is needed for a goal that goes well, and all of it may be run twice or broken off anywhere.
 * 3. A duty that fails is tried again at its next turn, and holds up no other.
 */
import { randomUUID } from 'node:crypto';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { takeWatch } from '@baton/shared/ledger/watch';

export interface Duty {
  /** ms between two turns. */
  readonly every: number;
  run(): Promise<unknown>;
}

export interface Watchdog {
  /** Resolves when the duty in hand is done. */
  stop(): Promise<void>;
}

const TICK = 1_000;

/** Starts to do the duties, each in its turn, whenever this process is the one that watches. */
export function startWatchdog(
  ledger: Ledger,
  duties: readonly Duty[],
  onError: (error: Error) => void,
): Watchdog {
  const who = randomUUID();
  const lastRun = new Map<Duty, number>();
  let stopped = false;

  async function look(): Promise<void> {
    for (const duty of duties) {
      if (stopped || performance.now() - (lastRun.get(duty) ?? -Infinity) < duty.every) continue;
      if (!(await takeWatch(ledger, who))) return;
      await duty.run().catch(onError);
      lastRun.set(duty, performance.now());
    }
  }

  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look()
      .catch(onError)
      .finally(() => (looking = null));
  }, TICK);

  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}
