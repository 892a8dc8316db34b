import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openEventFeed, type EventFeed } from './event-feed.ts';
import { appendEvents, readEvents, type WrittenEvent } from './event-log.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import type { Ledger } from './ledger.ts';
import { openTestLedger, RETENTION, runningGoal, type TestLedger } from './testing/test-ledger.ts';

const failed = { status: 'failed', rev: null, lease: null } as const;

function openFeed({ ledger, connect }: TestLedger): EventFeed {
  const feed = openEventFeed(ledger, connect(), () => undefined);
  onTestFinished(() => feed.close());
  return feed;
}

/** Every event up to the terminal one. */
function readToEnd(feed: EventFeed, goalId: string, afterId: string, upTo = '0'): Promise<WrittenEvent[]> {
  const events: WrittenEvent[] = [];
  return new Promise((resolve) => {
    const onEvent = (event: WrittenEvent, isLast: boolean): void => {
      events.push(event);
      if (isLast) resolve(events);
    };
    feed.subscribe(goalId, { afterId, upTo }, { onEvent });
  });
}

/** Every event up to the one with this id. */
function readUntil(
  feed: EventFeed,
  goalId: string,
  range: { afterId: string; upTo: string },
  lastId: string,
): Promise<WrittenEvent[]> {
  const events: WrittenEvent[] = [];
  return new Promise((resolve) => {
    const leave = feed.subscribe(goalId, range, {
      onEvent(event) {
        events.push(event);
        if (event.id !== lastId) return;
        leave();
        resolve(events);
      },
    });
  });
}

/** Resolves once the feed's read waits in Redis. */
async function blockedOn({ redis }: TestLedger, name: string): Promise<void> {
  await vi.waitFor(async () => {
    const clients = String(await redis.client('LIST')).split('\n');
    const waiting = clients.some((line) => line.includes(` name=${name} `) && line.includes(' flags=b '));
    expect(waiting).toBe(true);
  });
}

async function appendMany(ledger: Ledger, goalId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await appendEvents(ledger, goalId, null, [{ event: 'task.progress', data: { index } }]);
  }
}

const ids = (events: readonly { id: string }[]): number[] => events.map(({ id }) => Number(id));

describe('the event feed', () => {
  it('gives every subscriber every event after the id it names, in order, up to the terminal one', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const feed = openFeed(test);
    const fromStart = readToEnd(feed, goalId, '0');
    const late = readToEnd(feed, goalId, '3');
    await appendMany(test.ledger, goalId, 700);
    const latest = readToEnd(feed, goalId, '0');
    await endGoal(test.ledger, goalId, failed, RETENTION);
    const all = await readEvents(test.ledger, goalId, '0');
    expect(ids(all)).toEqual(Array.from({ length: all.length }, (_, index) => index + 1));
    expect(ids(await fromStart)).toEqual(ids(all));
    expect(ids(await latest)).toEqual(ids(all));
    expect((await late).map((event) => ({ ...event, data: JSON.parse(event.data) as unknown }))).toEqual(
      all.slice(3),
    );
  });

  it('serves goals that are subscribed to while it waits for another', async () => {
    const test = openTestLedger();
    const quiet = await runningGoal(test.ledger, 'goal_quiet');
    const busy = await runningGoal(test.ledger, 'goal_busy');
    const feed = openFeed(test);
    const heard: string[] = [];
    feed.subscribe(quiet, { afterId: '5', upTo: '5' }, { onEvent: ({ event }) => heard.push(event) });
    await endGoal(test.ledger, busy, failed, RETENTION);
    expect((await readToEnd(feed, busy, '0')).at(-1)?.event).toBe('goal.failed');
    expect(heard).toEqual([]);
  });

  it('reads nothing again for a newcomer: history comes over the other connection, once for all', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    await appendMany(test.ledger, goalId, 250);
    const upTo = (await readEvents(test.ledger, goalId, '0')).at(-1)?.id ?? '';
    const reader = test.connect();
    const feed = openEventFeed(test.ledger, reader, () => undefined);
    onTestFinished(() => feed.close());
    const [xread, unblock, xrange] = [
      vi.spyOn(reader, 'xread'),
      vi.spyOn(test.redis, 'client'),
      vi.spyOn(test.redis, 'xrange'),
    ];
    const first = readToEnd(feed, goalId, upTo, upTo);
    await vi.waitFor(() => expect(xread).toHaveBeenCalledOnce());
    const newcomers = Array.from({ length: 200 }, (_, index) => readToEnd(feed, goalId, String(index), upTo));
    const soFar = Promise.all(
      Array.from({ length: 3 }, () => readUntil(feed, goalId, { afterId: '0', upTo }, upTo)),
    );
    expect((await soFar).map((events) => events.length)).toEqual([Number(upTo), Number(upTo), Number(upTo)]);
    expect(xread).toHaveBeenCalledOnce();
    expect(unblock).not.toHaveBeenCalled();
    expect(xrange).toHaveBeenCalledTimes(Math.ceil(Number(upTo) / 100));
    await endGoal(test.ledger, goalId, failed, RETENTION);
    const all = ids(await readEvents(test.ledger, goalId, '0'));
    expect(ids(await first)).toEqual(all.slice(Number(upTo)));
    for (const [index, events] of (await Promise.all(newcomers)).entries()) {
      expect(ids(events)).toEqual(all.slice(index));
    }
  });

  it('begins again from where a goal is needed, though a read that began later is under way', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger, 'goal_blocked');
    const upTo = (await readEvents(test.ledger, goalId, '0')).at(-1)?.id ?? '';
    const reader = test.connect();
    await reader.client('SETNAME', goalId);
    const feed = openEventFeed(test.ledger, reader, () => undefined);
    onTestFinished(() => feed.close());
    const leave = feed.subscribe(goalId, { afterId: upTo, upTo }, { onEvent: () => undefined });
    await blockedOn(test, goalId);
    leave();
    const client = vi.spyOn(test.redis, 'client');
    const events = readUntil(feed, goalId, { afterId: '1', upTo: '1' }, upTo);
    expect(client).toHaveBeenCalledWith('UNBLOCK', expect.any(Number));
    expect(ids(await events)).toEqual(Array.from({ length: Number(upTo) - 1 }, (_, index) => index + 2));
  });

  it('goes on after its connection was cut, without a gap', async () => {
    const test = openTestLedger();
    const goalId = await runningGoal(test.ledger);
    const reader = test.connect();
    const readerId = await reader.client('ID');
    const feed = openEventFeed(test.ledger, reader, () => undefined);
    onTestFinished(() => feed.close());
    const events = readToEnd(feed, goalId, '0');
    await test.redis.client('KILL', 'ID', readerId);
    await appendMany(test.ledger, goalId, 3);
    await endGoal(test.ledger, goalId, failed, RETENTION);
    expect(ids(await events)).toEqual(ids(await readEvents(test.ledger, goalId, '0')));
  });

  /** A goal that ended, was retried and goes on: its events so far. */
  async function retriedGoal({ ledger }: TestLedger) {
    const goalId = await runningGoal(ledger);
    await endGoal(ledger, goalId, failed, RETENTION);
    const endedAt = (await readEvents(ledger, goalId, '0')).at(-1)?.id ?? '';
    await retryGoal(ledger, goalId);
    const soFar = await readEvents(ledger, goalId, '0');
    return { goalId, endedAt, last: soFar.at(-1)?.id ?? '' };
  }

  it('goes on after the terminal events of earlier runs, to that of the run that was going on', async () => {
    const test = openTestLedger();
    const { goalId, last } = await retriedGoal(test);
    const events = readToEnd(openFeed(test), goalId, '0', last);
    await appendMany(test.ledger, goalId, 3);
    await endGoal(test.ledger, goalId, { ...failed, status: 'cancelled' }, RETENTION);
    expect(ids(await events)).toEqual(ids(await readEvents(test.ledger, goalId, '0')));
    expect((await events).at(-1)?.event).toBe('goal.cancelled');
  });

  it('ends with the terminal event that was the last when the subscription began, retried later or not', async () => {
    const test = openTestLedger();
    const { goalId, endedAt } = await retriedGoal(test);
    const events = await readToEnd(openFeed(test), goalId, '0', endedAt);
    expect(events.at(-1)).toMatchObject({ id: endedAt, event: 'goal.failed' });
  });
});
