/**
 * Live events of many goals over one blocking connection.
 *
 * Invariants:
 * 1. A subscriber gets every event after the id it names, in order, once, and none after the terminal one of the last run that
 *    had begun when it subscribed.
 * 2. One blocking read serves all goals; a new subscription interrupts it instead of waiting for it.
 * 3. A lost connection delays events and loses none: reading goes on from the last id seen.
 */
import type { Redis } from 'ioredis';
import { endsStream } from '../contract/event.ts';
import { toWrittenEvent, type StreamEntry, type WrittenEvent } from './event-log.ts';
import type { Ledger } from './ledger.ts';

/** How long one read blocks, in ms: below the socket timeout, so that a quiet feed is not taken for a dead one. */
const BLOCK = 5_000;
const BATCH = 500;
const RETRY_DELAY = 500;
const UNBLOCK_RETRY = 10;

export interface Subscriber {
  onEvent(event: WrittenEvent, isLast: boolean): void;
}

interface Subscription {
  readonly goalId: string;
  readonly subscriber: Subscriber;
  /** Terminal events before this id end nothing: the goal was set going again. */
  readonly upTo: string;
  /** The last id handed out. */
  last: string;
}

export interface EventFeed {
  /** Starts after `afterId` ('0' for the beginning), with `upTo` the goal's last event by then; the function returned ends it. */
  subscribe(goalId: string, range: { afterId: string; upTo: string }, subscriber: Subscriber): () => void;
  close(): Promise<void>;
}

function lowestId(subscriptions: Iterable<Subscription>): number {
  let lowest = Infinity;
  for (const { last } of subscriptions) lowest = Math.min(lowest, Number(last));
  return lowest;
}

/** @param reader a connection of the feed's own: it blocks. */
export function openEventFeed(ledger: Ledger, reader: Redis, onError: (error: Error) => void): EventFeed {
  const byKey = new Map<string, Set<Subscription>>();
  let closed = false;
  let wake: (() => void) | null = null;
  let readerId: number | null = null;
  let reading: object | null = null;

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

  function drop(key: string, subscription: Subscription): void {
    const subscriptions = byKey.get(key);
    subscriptions?.delete(subscription);
    if (subscriptions?.size === 0) byKey.delete(key);
  }

  /** @param after the id that the read began after: whoever subscribed meanwhile and needs older events waits for the next. */
  function deliver(key: string, entries: readonly StreamEntry[], after: number): void {
    for (const subscription of byKey.get(key) ?? []) {
      if (Number(subscription.last) < after) continue;
      for (const entry of entries) {
        if (!byKey.get(key)?.has(subscription)) break;
        const event = toWrittenEvent(subscription.goalId, entry);
        if (Number(event.id) <= Number(subscription.last)) continue;
        subscription.last = event.id;
        const isLast = endsStream(event.event) && Number(event.id) >= Number(subscription.upTo);
        if (isLast) drop(key, subscription);
        subscription.subscriber.onEvent(event, isLast);
      }
    }
  }

  async function readOnce(): Promise<void> {
    readerId ??= await reader.client('ID');
    const after = new Map([...byKey].map(([key, subscriptions]) => [key, lowestId(subscriptions)]));
    const ids = [...after.values()].map((id) => `${id}-0`);
    reading = {};
    try {
      const streams = await reader.xread('COUNT', BATCH, 'BLOCK', BLOCK, 'STREAMS', ...after.keys(), ...ids);
      for (const [key, entries] of streams ?? []) deliver(key, entries, after.get(key) ?? 0);
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
        if (byKey.size === 0) await pause(null);
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

  return {
    subscribe(goalId, { afterId, upTo }, subscriber) {
      const key = ledger.goal(goalId).events;
      const subscription: Subscription = { goalId, subscriber, upTo, last: afterId };
      const known = byKey.get(key);
      if (known) known.add(subscription);
      else byKey.set(key, new Set([subscription]));
      interrupt();
      return () => drop(key, subscription);
    },
    async close() {
      closed = true;
      interrupt();
      reader.disconnect();
      await running;
    },
  };
}
