/**
 * Live events of many goals over one blocking connection.
 *
 * Invariants:
 * 1. A follower gets every event after the id it names, in order, once, and none after the terminal one of the last run that
 *    had begun when it came (`fan-out.ts`).
 * 2. One blocking read serves all goals, from the last event known of each; what is older is read as history, over the ledger's
 *    connection. A goal that is new to the feed interrupts the read instead of waiting for it; another follower does not.
 * 3. A lost connection delays events and loses none: reading goes on from the last id seen.
 */
import type { Redis } from 'ioredis';
import { toBatches } from './event-batch.ts';
import { openEventHistory } from './event-history.ts';
import type { WrittenEvent } from './event-log.ts';
import { openFanOut, type Follower } from './fan-out.ts';
import type { Ledger } from './ledger.ts';

/** How long one read blocks, in ms: below the socket timeout, so that a quiet feed is not taken for a dead one. */
const BLOCK = 5_000;
const BATCH = 500;
const RETRY_DELAY = 500;
const UNBLOCK_RETRY = 10;

export interface Subscriber {
  onEvent(event: WrittenEvent, isLast: boolean): void;
}

/** Begins after `afterId` ('0' for the beginning), with `upTo` the goal's last event by then. */
export interface EventRange {
  readonly afterId: string;
  readonly upTo: string;
}

export interface EventFeed {
  /** Events by the batch, as fast as the follower takes them; the function returned ends it. */
  follow(goalId: string, range: EventRange, follower: Follower): () => void;
  /** Events one by one; the function returned ends it. */
  subscribe(goalId: string, range: EventRange, subscriber: Subscriber): () => void;
  close(): Promise<void>;
}

/** @param reader a connection of the feed's own: it blocks. */
export function openEventFeed(ledger: Ledger, reader: Redis, onError: (error: Error) => void): EventFeed {
  const fanOut = openFanOut(openEventHistory(ledger), onError);
  let closed = false;
  let wake: (() => void) | null = null;
  let readerId: number | null = null;
  /** What is being read: by goal the id that it began after. */
  let reading: ReadonlyMap<string, number> | null = null;

  /** The read may not have reached Redis yet, so it is asked for again until it has returned. */
  function unblock(read: object): void {
    if (reading !== read || readerId === null) return;
    ledger.redis.client('UNBLOCK', readerId).then((found) => {
      if (found === 0) setTimeout(unblock, UNBLOCK_RETRY, read);
    }, onError);
  }

  function interrupt(): void {
    wake?.();
    wake = null;
    if (reading) unblock(reading);
  }

  async function readOnce(): Promise<void> {
    readerId ??= await reader.client('ID');
    const heads = fanOut.heads();
    if (heads.size === 0) return;
    const goals = new Map([...heads.keys()].map((goalId) => [ledger.goal(goalId).events, goalId]));
    const ids = [...heads.values()].map((id) => `${id}-0`);
    reading = heads;
    try {
      const streams = await reader.xread('COUNT', BATCH, 'BLOCK', BLOCK, 'STREAMS', ...goals.keys(), ...ids);
      for (const [key, entries] of streams ?? []) {
        const goalId = goals.get(key) ?? '';
        fanOut.append(goalId, heads.get(goalId) ?? 0, toBatches(goalId, entries));
      }
    } finally {
      reading = null;
    }
  }

  async function pause(ms: number | null): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, ms);
      wake = () => {
        if (timer) clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop(): Promise<void> {
    for (;;) {
      if (closed) return;
      try {
        if (fanOut.heads().size === 0) await pause(null);
        else await readOnce();
      } catch (error) {
        if (closed) return;
        onError(error as Error);
        await pause(RETRY_DELAY);
      }
    }
  }

  reader.on('close', () => (readerId = null));
  const running = loop();

  function follow(goalId: string, { afterId, upTo }: EventRange, follower: Follower): () => void {
    const { head, leave } = fanOut.follow(goalId, { after: Number(afterId), upTo: Number(upTo) }, follower);
    if (!((reading?.get(goalId) ?? Infinity) <= head)) interrupt();
    return leave;
  }

  return {
    follow,
    subscribe(goalId, range, { onEvent }) {
      let isOpen = true;
      const leave = follow(goalId, range, {
        onEvents({ events }, isLast) {
          for (const event of events) if (isOpen) onEvent(event, isLast && event === events.at(-1));
        },
      });
      return () => {
        isOpen = false;
        leave();
      };
    },
    async close() {
      closed = true;
      fanOut.close();
      interrupt();
      reader.disconnect();
      await running;
    },
  };
}
