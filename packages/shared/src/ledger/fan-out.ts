/**
 * Hands the events of goals to their followers, each at its own pace.
 *
 * Invariants:
 * 1. A follower is handed events in the order of their ids, each once: its position rises before it is handed a batch.
 * 2. A goal's tail holds every event after `start` up to `head`. Whoever is at `start` or beyond takes from the tail, whoever is
 *    before it from the history, and looks again after each batch. So there is no moment of handover, and an event may come by
 *    both ways: the second time it is not beyond the position.
 * 3. A follower is handed one batch at a time. One that has taken its last batch is queued when there is more, and one that has
 *    not costs nothing but its place.
 * 4. After a few followers other work has its turn; the queue goes round among all followers of all goals.
 */
import type { EventBatch } from './event-batch.ts';
import { batchAfter, sizeOf } from './event-batch.ts';
import type { EventHistory } from './event-history.ts';

/** Followers that are handed events before other work has its turn: their sockets are written to after it, some 30 µs each. */
const TURN = 64;
/** ms until a failed read of history is tried again. */
const RETRY_DELAY = 500;
/** Characters of data kept in a goal's tail beside what came last, for followers that lag a little. */
const TAIL = 16_384;

export interface Follower {
  /**
   * @param isLast nothing follows: the batch ends with the terminal event.
   * @returns a promise when the follower is full: it is handed no more until then.
   */
  onEvents(batch: EventBatch, isLast: boolean): Promise<unknown> | undefined | void;
  /** The goal has been forgotten, with events that the follower has not seen; nothing follows. */
  onForgotten?(): void;
}

export interface FanOut {
  /** The last id of each followed goal whose events have come. */
  heads(): Map<string, number>;
  /** @returns the id after which the goal's next events are needed, and what ends it. */
  follow(
    goalId: string,
    range: { after: number; upTo: number },
    follower: Follower,
  ): { head: number; leave: () => void };
  /** All events of a goal after `after`, as far as they go. Others than what follows its head are left out. */
  append(goalId: string, after: number, batches: readonly EventBatch[]): void;
  /** Nobody is handed anything more. */
  close(): void;
}

interface Tail {
  readonly places: Set<Place>;
  start: number;
  head: number;
  batches: EventBatch[];
}

/** A follower's place in a goal. */
interface Place {
  readonly goalId: string;
  readonly tail: Tail;
  readonly follower: Follower;
  /** Terminal events before this id end nothing: the goal was set going again. */
  readonly upTo: number;
  position: number;
  /** It is full, or waits for history. */
  isBusy: boolean;
  /** What came of history, to be handed over in its turn. */
  next: EventBatch | null;
  /** History had nothing, when there had to be something. */
  foundNothing: boolean;
}

export function openFanOut(history: EventHistory, onError: (error: Error) => void): FanOut {
  const tails = new Map<string, Tail>();
  const queue = new Set<Place>();
  let isScheduled = false;

  const isOpen = (place: Place): boolean => place.tail.places.has(place);
  const hasMore = ({ position, next, tail }: Place): boolean => next !== null || position < tail.head;

  function schedule(): void {
    if (isScheduled || queue.size === 0) return;
    isScheduled = true;
    setImmediate(takeTurn);
  }

  function wake(place: Place): void {
    if (place.isBusy || !isOpen(place) || !hasMore(place)) return;
    queue.add(place);
    schedule();
  }

  function takeTurn(): void {
    isScheduled = false;
    let left = TURN;
    for (const place of queue) {
      queue.delete(place);
      serve(place);
      left -= 1;
      if (left === 0) break;
    }
    schedule();
  }

  function leave(place: Place): void {
    const { goalId, tail } = place;
    queue.delete(place);
    tail.places.delete(place);
    if (tail.places.size === 0 && tails.get(goalId) === tail) tails.delete(goalId);
  }

  function serve(place: Place): void {
    const { tail, next, position } = place;
    place.next = null;
    const batch = next ?? (position >= tail.start ? batchAfter(tail.batches, position) : null);
    if (batch) hand(place, batch);
    else if (position < tail.start) void readHistory(place);
  }

  function hand(place: Place, batch: EventBatch): void {
    place.position = batch.lastId;
    place.foundNothing = false;
    const isLast = batch.isTerminal && batch.lastId >= place.upTo;
    if (isLast) leave(place);
    try {
      const room = place.follower.onEvents(batch, isLast);
      if (room) void whenDone(place, room);
      else wake(place);
    } catch (error) {
      leave(place);
      onError(error as Error);
    }
  }

  async function whenDone(place: Place, done: Promise<unknown>): Promise<void> {
    place.isBusy = true;
    try {
      await done;
    } catch (error) {
      leave(place);
      onError(error as Error);
    }
    place.isBusy = false;
    wake(place);
  }

  async function readHistory(place: Place): Promise<void> {
    place.isBusy = true;
    try {
      place.next = await history.after(place.goalId, place.position);
      if (!place.next) lookForNothing(place);
    } catch (error) {
      onError(error as Error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY).unref());
    }
    place.isBusy = false;
    wake(place);
  }

  /** The first read may have been one that somebody else had sent before; the second was not. */
  function lookForNothing(place: Place): void {
    if (!place.foundNothing) {
      place.foundNothing = true;
      return;
    }
    if (!isOpen(place)) return;
    leave(place);
    place.follower.onForgotten?.();
  }

  return {
    heads: () => new Map([...tails].map(([goalId, { head }]) => [goalId, head])),
    follow(goalId, { after, upTo }, follower) {
      const start = Math.max(after, upTo);
      const tail = tails.get(goalId) ?? { places: new Set(), start, head: start, batches: [] };
      tails.set(goalId, tail);
      const place: Place = {
        goalId,
        tail,
        follower,
        upTo,
        position: after,
        isBusy: false,
        next: null,
        foundNothing: false,
      };
      tail.places.add(place);
      wake(place);
      return { head: tail.head, leave: () => leave(place) };
    },
    append(goalId, after, batches) {
      const tail = tails.get(goalId);
      if (!tail || tail.head < after) return;
      const fresh = batches.filter(({ lastId }) => lastId > tail.head);
      if (fresh.length === 0) return;
      let kept = sizeOf(tail.batches);
      while (kept > TAIL) {
        const [oldest] = tail.batches.splice(0, 1);
        kept -= oldest?.size ?? 0;
        tail.start = oldest?.lastId ?? tail.start;
      }
      tail.batches.push(...fresh);
      tail.head = fresh.at(-1)?.lastId ?? tail.head;
      for (const place of tail.places) wake(place);
    },
    close() {
      for (const { places } of tails.values()) places.clear();
      tails.clear();
      queue.clear();
    },
  };
}
