import { setMaxListeners } from 'node:events';
import type { Redis } from 'ioredis';
import { isTerminal } from '../contract/goal-status.ts';
import { readGoalFacts } from './goal-record.ts';
import type { Ledger } from './ledger.ts';

export interface EndedGoals {
  /** A signal that aborts when the goal ends by whatever cause; call `release` when the work is over. */
  watch(goalId: string): { signal: AbortSignal; release: () => void };
  close(): void;
}

interface Watch {
  readonly controller: AbortController;
  holders: number;
}

/** Every task of the goal that runs here listens to it. */
function newWatch(): Watch {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return { controller, holders: 0 };
}

/** A subscriber writes nothing, so that nobody would miss a reply on a half-open socket: it asks for one this often, in ms. */
const PING_EVERY = 5_000;

/**
 * Tells this process which of the goals it works on have ended, so that model calls in flight stop being paid for.
 * After a lost connection the goals are looked up, since what was published meanwhile is gone.
 * @param subscriber a connection of its own, with a `socketTimeout`: it subscribes.
 */
export async function watchEndedGoals(
  ledger: Ledger,
  subscriber: Redis,
  onError: (error: Error) => void,
  pingEvery = PING_EVERY,
): Promise<EndedGoals> {
  const watches = new Map<string, Watch>();
  const end = (goalId: string): void => watches.get(goalId)?.controller.abort();

  async function lookUp(): Promise<void> {
    for (const goalId of watches.keys()) {
      const facts = await readGoalFacts(ledger, goalId);
      if (!facts || isTerminal(facts.status)) end(goalId);
    }
  }

  subscriber.on('message', (_channel: string, goalId: string) => end(goalId));
  await subscriber.subscribe(ledger.keyspace.endedChannel);
  /** Looks only when it hears again: a goal that ended between the two would be missed. */
  async function catchUp(): Promise<void> {
    await subscriber.subscribe(ledger.keyspace.endedChannel);
    await lookUp();
  }
  subscriber.on('ready', () => {
    catchUp().catch(onError);
  });
  const pinging = setInterval(() => {
    if (subscriber.status === 'ready') subscriber.ping().catch(() => undefined);
  }, pingEvery);

  return {
    watch(goalId) {
      const known = watches.get(goalId);
      // Work on an ended goal may outlast its end: a retried goal's is not aborted with it.
      const watch = known && !known.controller.signal.aborted ? known : newWatch();
      watches.set(goalId, watch);
      watch.holders += 1;
      let held = true;
      return {
        signal: watch.controller.signal,
        release: () => {
          if (!held) return;
          held = false;
          watch.holders -= 1;
          if (watch.holders === 0 && watches.get(goalId) === watch) watches.delete(goalId);
        },
      };
    },
    close() {
      clearInterval(pinging);
      subscriber.disconnect();
    },
  };
}
