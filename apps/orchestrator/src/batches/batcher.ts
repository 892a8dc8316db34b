/**
 * Sends requests that can wait as batches, at half the price, and delivers their answers.
 *
 * 1. One process does so at a time; the others step in when it says nothing for a few seconds. It holds nobody's slot and no lease.
 * 2. A batch is written down before it is sent. One of which nobody knows whether it was taken is looked for in the endpoint's
 *    list, by its size and the names of its requests; they are sent again only when no batch there can be the one.
 * 3. An answer is in its goal's journal, and counted, before its request leaves. A delivery that was broken off is done again:
 *    what has left is passed over.
 * 4. A job whose request has ended is woken until it is seen to run, to wait for its turn, or to be gone.
 * 5. A turn that fails is taken again at the next interval, and what goes wrong with one batch holds up no other.
 */
import { setMaxListeners } from 'node:events';
import type { BatchRequests } from '@baton/shared/coordination/batch-requests';
import type { Batching } from './batching.ts';
import type { ParkedJobs } from './parked-jobs-queue.ts';
import { CREATION_TIME } from './create-batch.ts';
import { sendBatches } from './send-batches.ts';
import { settleBatch, type Doubt } from './settle-batches.ts';

export interface BatcherOptions {
  readonly batching: Batching;
  readonly parked: ParkedJobs;
  /** ms between two turns. */
  readonly interval: number;
  readonly doubt?: Doubt;
  readonly onError: (error: Error) => void;
}

export interface Batcher {
  /** Resolves when the turn in hand is broken off. */
  stop(): Promise<void>;
}

/** A process that says nothing for so long, in ms, is replaced. */
const LEAD_TIME = 3_000;
const TICK = 1_000;
const usualDoubt: Doubt = { own: 5_000, others: CREATION_TIME + 10_000 };

async function wakeJobs(requests: BatchRequests, parked: ParkedJobs, stopped: AbortSignal): Promise<void> {
  for (const job of await requests.jobsToWake()) {
    if (stopped.aborted) return;
    if (await parked.wake(job)) await requests.woken(job);
  }
}

/** Batches that are looked after at a time. */
const SIDE_BY_SIDE = 4;

/** Looks after every batch that was sent. */
export async function settleBatches(
  batching: Batching,
  doubt: Doubt,
  onError: (error: Error) => void,
  signal: AbortSignal,
): Promise<void> {
  const open = await batching.requests.open();
  const known = new Set(open.flatMap(({ sentAs }) => sentAs ?? []));
  const left = open.values();
  async function settleNext(): Promise<void> {
    for (const batch of left) {
      if (signal.aborted) return;
      await settleBatch(batching, batch, known, doubt, signal).catch(onError);
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, settleNext));
}

export function startBatcher(options: BatcherOptions): Batcher {
  const { batching, parked, interval, doubt = usualDoubt, onError } = options;
  const { requests, sender } = batching;
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal);
  let turnAt = -Infinity;
  let turn: Promise<void> | null = null;

  async function take(): Promise<void> {
    if (performance.now() >= turnAt) {
      turnAt = performance.now() + interval;
      await settleBatches(batching, doubt, onError, stopped.signal);
      // Not before: a job whose calls were answered together is to be woken once.
      await wakeJobs(requests, parked, stopped.signal);
      await sendBatches(batching, stopped.signal);
    }
    await wakeJobs(requests, parked, stopped.signal);
  }

  async function look(): Promise<void> {
    // Asked for while a turn is in hand, too: nobody else is to step in.
    if (!(await requests.lead(sender, LEAD_TIME)) || stopped.signal.aborted) return;
    turn ??= take()
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) onError(error as Error);
      })
      .finally(() => (turn = null));
  }

  let looking: Promise<void> | null = null;
  const timer = setInterval(
    () => {
      looking ??= look()
        .catch(onError)
        .finally(() => (looking = null));
    },
    Math.min(TICK, interval),
  );

  return {
    async stop() {
      stopped.abort();
      clearInterval(timer);
      await looking;
      await turn;
      await requests.stepDown(sender);
      await parked.close();
    },
  };
}
