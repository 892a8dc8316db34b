import { setMaxListeners } from 'node:events';
import type { Redis } from 'ioredis';
import { isTerminal } from '../contract/goal-status.ts';
import { readGoalFacts } from './goal-record.ts';
import type { Ledger } from './ledger.ts';

export interface EndedGoals {
  /**
   * A signal that aborts when the goal ends by whatever cause, or moves on from this rev to another plan; call `release` when
   * the work is over.
   * @param rev null for work that is not of one rev.
   */
  watch(goalId: string, rev: number | null): { signal: AbortSignal; release: () => void };
  close(): void;
}

interface Watch {
  readonly rev: number | null;
  readonly controller: AbortController;
  holders: number;
}

/** Every task of the goal that runs here listens to it. */
function newWatch(rev: number | null): Watch {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return { rev, controller, holders: 0 };
}

/** A subscriber writes nothing, so that nobody would miss a reply on a half-open socket: it asks for one this often, in ms. */
const PING_EVERY = 5_000;

/**
 * Tells this process which of the goals and revs it works on are over, so that model calls in flight stop being paid for. On
 * the channel `<goalId>` says that the goal has ended, `<goalId> <rev>` that its revs up to this one are over.
 * After a lost connection the goals are looked up, since what was published meanwhile is gone.
 * @param subscriber a connection of its own, with a `socketTimeout`: it subscribes.
 */
export async function watchEndedGoals(
  ledger: Ledger,
  subscriber: Redis,
  onError: (error: Error) => void,
  pingEvery = PING_EVERY,
): Promise<EndedGoals> {
  /** Of each goal those that may still be aborted, one per rev. */
  const watches = new Map<string, Set<Watch>>();

  function forget(goalId: string, watch: Watch): void {
    const ofGoal = watches.get(goalId);
    ofGoal?.delete(watch);
    if (ofGoal?.size === 0) watches.delete(goalId);
  }

  function end(goalId: string, isOver: (rev: number | null) => boolean): void {
    for (const watch of watches.get(goalId) ?? []) {
      if (!isOver(watch.rev)) continue;
      // Work may outlast its end: that of a goal which was set going again is not aborted with it.
      forget(goalId, watch);
      watch.controller.abort();
    }
  }

  function hear(message: string): void {
    const [goalId = '', upTo] = message.split(' ');
    end(goalId, (rev) => upTo === undefined || (rev !== null && rev <= Number(upTo)));
  }

  async function lookUp(): Promise<void> {
    for (const goalId of watches.keys()) {
      const facts = await readGoalFacts(ledger, goalId);
      end(goalId, (rev) => !facts || isTerminal(facts.status) || (rev !== null && rev < facts.rev));
    }
  }

  subscriber.on('message', (_channel: string, message: string) => hear(message));
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

  function watchOf(goalId: string, rev: number | null): Watch {
    const ofGoal = watches.get(goalId) ?? new Set<Watch>();
    watches.set(goalId, ofGoal);
    for (const watch of ofGoal) if (watch.rev === rev) return watch;
    const watch = newWatch(rev);
    ofGoal.add(watch);
    return watch;
  }

  return {
    watch(goalId, rev) {
      const watch = watchOf(goalId, rev);
      watch.holders += 1;
      let held = true;
      return {
        signal: watch.controller.signal,
        release: () => {
          if (!held) return;
          held = false;
          watch.holders -= 1;
          if (watch.holders === 0) forget(goalId, watch);
        },
      };
    },
    close() {
      clearInterval(pinging);
      subscriber.disconnect();
    },
  };
}
