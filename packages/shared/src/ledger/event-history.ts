/**
 * Events that have been written, in pages over an ordinary connection.
 *
 * Invariants:
 * 1. A page holds the events of its ids that were written when it was read. Events don't change, so a page is never wrong, only
 *    short; it is read again when somebody wants what comes after its last.
 * 2. Whoever asks for the same page meanwhile shares the read, its events and their text.
 * 3. A read that is joined may have been sent before the caller asked. One that is asked for after an answer was not.
 */
import { batchAfter, sizeOf, toBatches, type EventBatch } from './event-batch.ts';
import type { Ledger } from './ledger.ts';

/** Ids of one page: some 20 KB of common events, a fraction of a millisecond of Redis. */
const PAGE = 100;
/** Characters of data that are kept for the next reader; a thousand late readers of one goal read it from Redis once. */
const KEPT = 8 * 1_048_576;

export interface EventHistory {
  /** Some of the events after `position`, from the next one on; null when there were none. */
  after(goalId: string, position: number): Promise<EventBatch | null>;
}

interface Page {
  readonly batches: readonly EventBatch[];
  readonly size: number;
}

export function openEventHistory(ledger: Ledger, keptSize = KEPT): EventHistory {
  /** The page used last is the last. */
  const pages = new Map<string, Page>();
  const reads = new Map<string, Promise<Page>>();
  let size = 0;

  function forget(name: string): void {
    size -= pages.get(name)?.size ?? 0;
    pages.delete(name);
  }

  function keep(name: string, page: Page): void {
    forget(name);
    pages.set(name, page);
    size += page.size;
    for (const oldest of pages.keys()) {
      if (size <= keptSize || oldest === name) break;
      forget(oldest);
    }
  }

  async function read(goalId: string, name: string, number: number): Promise<Page> {
    const [first, last] = [number * PAGE + 1, (number + 1) * PAGE];
    try {
      const key = ledger.goal(goalId).events;
      const batches = toBatches(goalId, await ledger.redis.xrange(key, `${first}-0`, `${last}-0`));
      const page = { batches, size: sizeOf(batches) };
      keep(name, page);
      return page;
    } finally {
      reads.delete(name);
    }
  }

  return {
    async after(goalId, position) {
      const number = Math.floor(position / PAGE);
      const name = `${goalId}/${number}`;
      const kept = pages.get(name);
      const known = kept && batchAfter(kept.batches, position);
      if (known) {
        keep(name, kept);
        return known;
      }
      const reading = reads.get(name) ?? read(goalId, name, number);
      reads.set(name, reading);
      return batchAfter((await reading).batches, position);
    },
  };
}
