import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { batchAfter, toBatches, type EventBatch } from './event-batch.ts';
import type { EventHistory } from './event-history.ts';
import type { StreamEntry } from './event-log.ts';
import { openFanOut, type Follower } from './fan-out.ts';

const GOAL = 'goal_1';

function entry(id: number, event = 'task.progress', text = ''): StreamEntry {
  return [`${id}-0`, ['event', event, 'at', '0', 'data', JSON.stringify({ text })]];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await turn();
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** A goal whose events are written here; each read of its history waits for `answer`, and tells what was written when it was sent. */
function openGoal(options: { pageSize?: number } = {}) {
  const written: StreamEntry[] = [];
  const unanswered: (() => void)[] = [];
  const errors: Error[] = [];
  const history: EventHistory = {
    after(_goalId, position) {
      const page = batchAfter(
        toBatches(GOAL, written.slice(0, position + (options.pageSize ?? 100))),
        position,
      );
      return new Promise((resolve) => unanswered.push(() => resolve(page)));
    },
  };
  const fanOut = openFanOut(history, (error) => errors.push(error));
  return {
    fanOut,
    errors,
    unanswered,
    /** Written, and not yet come by the live read. */
    write(...entries: StreamEntry[]): void {
      written.push(...entries);
    },
    /** What the live read finds. */
    deliver(): void {
      const head = fanOut.heads().get(GOAL);
      if (head !== undefined) fanOut.append(GOAL, head, toBatches(GOAL, written.slice(head)));
    },
    async answer(): Promise<void> {
      await turn();
      while (unanswered.length > 0) {
        unanswered.shift()?.();
        await turns(2);
      }
    },
    forget: () => written.splice(0),
    get last() {
      return written.length;
    },
  };
}

/** Keeps what it is handed; full after each batch when `isSlow`, until `take` is called. */
function openReader(isSlow = false) {
  const batches: EventBatch[] = [];
  let isEnded = false;
  let isForgotten = false;
  let take: () => void = () => undefined;
  const follower: Follower = {
    onEvents(batch, isLast) {
      batches.push(batch);
      isEnded = isLast;
      return isSlow ? new Promise<void>((resolve) => (take = resolve)) : undefined;
    },
    onForgotten: () => (isForgotten = true),
  };
  return {
    follower,
    batches,
    take: () => take(),
    ids: () => batches.flatMap(({ events }) => events.map(({ id }) => Number(id))),
    isEnded: () => isEnded,
    isForgotten: () => isForgotten,
  };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('handing out events', () => {
  it('has no gap and no double when events come while history is read, or by both ways', async () => {
    const goal = openGoal();
    const reader = openReader();
    goal.write(entry(1), entry(2), entry(3));
    goal.fanOut.follow(GOAL, { after: 0, upTo: 3 }, reader.follower);
    expect(goal.fanOut.heads()).toEqual(new Map([[GOAL, 3]]));
    await turn();
    goal.write(entry(4));
    goal.deliver();
    await turn();
    expect(reader.ids()).toEqual([]);
    goal.write(entry(5));
    await goal.answer();
    expect(reader.ids()).toEqual([1, 2, 3, 4]);

    const late = openReader();
    goal.fanOut.follow(GOAL, { after: 0, upTo: 5 }, late.follower);
    await goal.answer();
    expect(late.ids()).toEqual([1, 2, 3, 4, 5]);
    goal.write(entry(6, 'goal.succeeded'));
    goal.deliver();
    await turn();
    expect(late.ids()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(reader.ids()).toEqual([1, 2, 3, 4, 5, 6]);
    expect([reader.isEnded(), late.isEnded()]).toEqual([true, true]);
    expect(goal.fanOut.heads().size).toBe(0);
  });

  it('hands all that are up to date the same batch', async () => {
    const goal = openGoal();
    const readers = range(1, 3).map(() => openReader());
    for (const { follower } of readers) goal.fanOut.follow(GOAL, { after: 0, upTo: 0 }, follower);
    goal.write(entry(1), entry(2));
    goal.deliver();
    await turn();
    expect(readers.map(({ batches }) => batches.length)).toEqual([1, 1, 1]);
    expect(new Set(readers.flatMap(({ batches }) => batches)).size).toBe(1);
  });

  it('hands a full follower nothing, others everything, and the rest from history once it takes again', async () => {
    const goal = openGoal();
    const [slow, quick] = [openReader(true), openReader()];
    for (const { follower } of [slow, quick]) goal.fanOut.follow(GOAL, { after: 0, upTo: 0 }, follower);
    for (const id of range(1, 20)) {
      goal.write(entry(id, 'output.delta', 'x'.repeat(10_000)));
      goal.deliver();
      await turn();
    }
    expect(quick.ids()).toEqual(range(1, 20));
    expect(slow.ids()).toEqual([1]);
    expect(goal.unanswered).toHaveLength(0);
    slow.take();
    await turns(2);
    expect(goal.unanswered).toHaveLength(1);
    for (let batch = 0; batch < 20; batch += 1) {
      await goal.answer();
      slow.take();
    }
    expect(slow.ids()).toEqual(range(1, 20));
  });

  it('leaves out what does not follow what it has: a read that began for an earlier set of followers', async () => {
    const goal = openGoal();
    const reader = openReader();
    goal.write(entry(1), entry(2), entry(3), entry(4));
    goal.fanOut.follow(GOAL, { after: 2, upTo: 2 }, reader.follower);
    goal.fanOut.append(GOAL, 3, toBatches(GOAL, [entry(4)]));
    await turn();
    expect(reader.ids()).toEqual([]);
    goal.fanOut.append(GOAL, 0, toBatches(GOAL, [entry(1), entry(2), entry(3)]));
    await turn();
    expect(reader.ids()).toEqual([3]);
  });

  it('goes past the terminal events of earlier runs, and ends with the one that is not before `upTo`', async () => {
    const goal = openGoal();
    goal.write(
      entry(1),
      entry(2, 'goal.failed'),
      entry(3, 'goal.retried'),
      entry(4, 'goal.failed'),
      entry(5),
    );
    const [all, first] = [openReader(), openReader()];
    goal.fanOut.follow(GOAL, { after: 0, upTo: 3 }, all.follower);
    goal.fanOut.follow(GOAL, { after: 0, upTo: 2 }, first.follower);
    goal.deliver();
    await goal.answer();
    expect(all.ids()).toEqual([1, 2, 3, 4]);
    expect(first.ids()).toEqual([1, 2]);
    expect([all.isEnded(), first.isEnded()]).toEqual([true, true]);
  });

  it('tells a follower that the rest of its events has been forgotten, and only then', async () => {
    const goal = openGoal();
    const reader = openReader();
    goal.write(entry(1), entry(2));
    goal.fanOut.follow(GOAL, { after: 0, upTo: 2 }, reader.follower);
    await turn();
    goal.forget();
    await goal.answer();
    expect(reader.ids()).toEqual([1, 2]);
    expect(reader.isForgotten()).toBe(false);
    const late = openReader();
    goal.fanOut.follow(GOAL, { after: 0, upTo: 2 }, late.follower);
    await goal.answer();
    expect(late.ids()).toEqual([]);
    expect(late.isForgotten()).toBe(true);
  });

  it('asks twice before it takes a goal for forgotten: the first read may be older than its events', async () => {
    const goal = openGoal();
    const reader = openReader();
    goal.fanOut.follow(GOAL, { after: 0, upTo: 1 }, reader.follower);
    await turn();
    goal.write(entry(1));
    await goal.answer();
    expect(reader.ids()).toEqual([1]);
    expect(reader.isForgotten()).toBe(false);
  });

  it('hands nothing to one that has left, in whatever moment', async () => {
    const goal = openGoal();
    goal.write(entry(1), entry(2, 'task.progress', 'x'.repeat(70_000)), entry(3));
    const [waiting, within, full] = [openReader(), openReader(), openReader(true)];
    const places = [waiting, full].map(({ follower }) =>
      goal.fanOut.follow(GOAL, { after: 0, upTo: 0 }, follower),
    );
    const own = goal.fanOut.follow(
      GOAL,
      { after: 0, upTo: 0 },
      {
        onEvents(batch, isLast) {
          own.leave();
          return within.follower.onEvents(batch, isLast);
        },
      },
    );
    goal.deliver();
    places[0]?.leave();
    await turn();
    places[1]?.leave();
    full.take();
    await turn();
    expect([waiting, within, full].map((reader) => reader.ids())).toEqual([[], [1, 2], [1, 2]]);
    expect(goal.fanOut.heads().size).toBe(0);
  });

  it('gives up a follower that fails, tells why, and serves the others', async () => {
    const goal = openGoal();
    const reader = openReader();
    const failing = [
      () => {
        throw new Error('thrown');
      },
      () => Promise.reject(new Error('rejected')),
    ];
    for (const onEvents of failing) goal.fanOut.follow(GOAL, { after: 0, upTo: 0 }, { onEvents });
    goal.fanOut.follow(GOAL, { after: 0, upTo: 0 }, reader.follower);
    for (const id of [1, 2]) {
      goal.write(entry(id));
      goal.deliver();
      await turn();
    }
    expect(reader.ids()).toEqual([1, 2]);
    expect(goal.errors.map(({ message }) => message)).toEqual(['thrown', 'rejected']);
  });

  it('reads history again after a failure', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    let failures = 1;
    const history: EventHistory = {
      async after(_goalId, position) {
        if (failures > 0) {
          failures -= 1;
          throw new Error('Redis is away');
        }
        return batchAfter(toBatches(GOAL, [entry(1), entry(2)]), position);
      },
    };
    const errors: string[] = [];
    const reader = openReader();
    openFanOut(history, ({ message }) => errors.push(message)).follow(
      GOAL,
      { after: 0, upTo: 2 },
      reader.follower,
    );
    await turns(2);
    expect(reader.ids()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    await turns(4);
    expect(reader.ids()).toEqual([1, 2]);
    expect(errors).toEqual(['Redis is away']);
  });

  it('lets other work have its turn between many followers', async () => {
    const goal = openGoal();
    let inTurn = 0;
    let most = 0;
    const readers = range(1, 500).map(() => openReader());
    for (const { follower } of readers) {
      const onEvents: Follower['onEvents'] = (batch, isLast) => {
        inTurn += 1;
        most = Math.max(most, inTurn);
        return follower.onEvents(batch, isLast);
      };
      goal.fanOut.follow(GOAL, { after: 0, upTo: 0 }, { onEvents });
    }
    goal.write(entry(1));
    goal.deliver();
    for (let count = 0; count < 100; count += 1) {
      inTurn = 0;
      await turn();
    }
    expect(readers.every(({ batches }) => batches.length === 1)).toBe(true);
    expect(most).toBeLessThan(100);
  });

  it('gives every follower what it is to have, whatever comes before what', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), size: fc.constantFrom(1, 9_000, 70_000) }),
      fc.record({ kind: fc.constant('deliver' as const) }),
      fc.record({ kind: fc.constant('answer' as const) }),
      fc.record({ kind: fc.constant('turn' as const) }),
      fc.record({ kind: fc.constant('follow' as const), after: fc.nat(), isSlow: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('take' as const, 'leave' as const), which: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        const goal = openGoal({ pageSize: 3 });
        const readers: { after: number; leave: () => void; reader: ReturnType<typeof openReader> }[] = [];
        const left = new Set<(typeof readers)[number]>();
        for (const each of steps) {
          if (each.kind === 'write') goal.write(entry(goal.last + 1, 'output.delta', 'x'.repeat(each.size)));
          else if (each.kind === 'deliver') goal.deliver();
          else if (each.kind === 'answer') goal.unanswered.shift()?.();
          else if (each.kind === 'turn') await turn();
          else if (each.kind === 'follow') {
            const after = each.after % (goal.last + 1);
            const reader = openReader(each.isSlow);
            const { leave } = goal.fanOut.follow(GOAL, { after, upTo: goal.last }, reader.follower);
            readers.push({ after, leave, reader });
          } else {
            const one = readers[each.which % Math.max(1, readers.length)];
            if (each.kind === 'take') one?.reader.take();
            else if (one) {
              one.leave();
              left.add(one);
            }
          }
        }
        goal.write(entry(goal.last + 1, 'goal.succeeded'));
        for (let rounds = 0; rounds < 2 * goal.last + 4; rounds += 1) {
          goal.deliver();
          await goal.answer();
          for (const { reader } of readers) reader.take();
        }
        await goal.answer();
        for (const one of readers) {
          const ids = one.reader.ids();
          const expected = range(one.after + 1, left.has(one) ? one.after + ids.length : goal.last);
          expect(ids).toEqual(expected);
          expect(one.reader.isEnded()).toBe(!left.has(one) || ids.at(-1) === goal.last);
          expect(one.reader.isForgotten()).toBe(false);
        }
        expect(goal.fanOut.heads().size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
