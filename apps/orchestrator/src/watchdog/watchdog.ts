/**
 * What looks after goals when nothing else does: deadlines, lost jobs, what ended goals leave behind.
 *
 * 1. One process watches at a time; the others step in when it says nothing for a few seconds. Each duty runs beside the others,
 *    and one turn of it at a time.
 * 2. Nothing here is needed for a goal that goes well, and all of it may be run twice or broken off anywhere.
 * 3. A duty that fails is tried again at its next turn, and holds up no other.
 */
import { randomUUID } from 'node:crypto';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { takeWatch } from '@baton/shared/ledger/watch';

export interface Duty {
  /** ms between two turns. */
  readonly every: number;
  /** Breaks off soon after `stopped` aborts. */
  run(stopped: AbortSignal): Promise<unknown>;
}

export interface Watchdog {
  /** Resolves when the duties in hand are done. */
  stop(): Promise<void>;
}

const TICK = 1_000;

/** Starts to do the duties, each in its turns, whenever this process is the one that watches. */
export function startWatchdog(
  ledger: Ledger,
  duties: readonly Duty[],
  onError: (error: Error) => void,
): Watchdog {
  const who = randomUUID();
  const stopped = new AbortController();
  const endedAt = new Map<Duty, number>();
  const inHand = new Map<Duty, Promise<void>>();

  function begin(duty: Duty): void {
    const done = duty
      .run(stopped.signal)
      .then(() => undefined, onError)
      .finally(() => {
        endedAt.set(duty, performance.now());
        inHand.delete(duty);
      });
    inHand.set(duty, done);
  }

  function isDue(duty: Duty): boolean {
    return !inHand.has(duty) && performance.now() - (endedAt.get(duty) ?? -Infinity) >= duty.every;
  }

  async function look(): Promise<void> {
    // Asked for while a duty is in hand, too: nobody else is to step in.
    if (!(await takeWatch(ledger, who)) || stopped.signal.aborted) return;
    for (const duty of duties) if (isDue(duty)) begin(duty);
  }

  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look()
      .catch(onError)
      .finally(() => (looking = null));
  }, TICK);

  return {
    async stop() {
      stopped.abort();
      clearInterval(timer);
      await looking;
      await Promise.all(inHand.values());
    },
  };
}
