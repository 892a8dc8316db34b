import { freePort } from '../../scripts/ports.mjs';
import { startChild } from '../children.mjs';
import { now } from '../side.mjs';
import { quantile } from '../statistics.mjs';
import { startApiServer } from './api-server.mjs';
import { latenciesWhile } from './connections.mjs';
import { openReaders } from './event-readers.mjs';
import { openGoalEvents } from './goal-events.mjs';

/** @typedef {import('./http-lanes.mjs').LaneOptions} LaneOptions */
/** @typedef {{ p50: number, p99: number }} Delays ms from the writing of an event to its arrival, over readers and events */

/**
 * One round: the same events to many readers of Baton, to one, and to many of a bare server.
 * @typedef {object} StreamRound
 * @property {Delays} many
 * @property {Delays} one
 * @property {Delays} bare
 * @property {number} bytesBefore of the API process, resident, with no reader
 * @property {number} bytesAfter the most, while it served many
 */

/**
 * What readers may do to a process at worst.
 * @typedef {object} StreamFlood
 * @property {number} events of the history
 * @property {number} seconds until every reader that came late had all of it
 * @property {number} bytesLate the most while it served them
 * @property {Delays} livez `GET /livez` meanwhile
 * @property {number} unread readers that took nothing
 * @property {number} bytesUnread the most while they did
 */

/** @param {readonly number[]} values @returns {Delays} */
export function delaysOf(values) {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

/**
 * @param {import('./goal-events.mjs').GoalEvents} goal
 * @param {import('./event-readers.mjs').EventSource} source
 * @param {number} count
 * @param {LaneOptions['sizes']} sizes
 * @param {() => Promise<unknown>} [whenServed]
 * @returns {Promise<Delays>}
 */
async function delaysTo(goal, source, count, { liveEvents, everyMs }, whenServed) {
  /** @type {number[]} */
  const delays = [];
  const readers = await openReaders(source, count, {
    onEvent(id) {
      const writtenAt = goal.writtenAt(id);
      if (writtenAt !== undefined) delays.push(now() - writtenAt);
    },
  });
  try {
    const allSeen = readers.seen(goal.lastId() + liveEvents);
    await Promise.all([goal.writeEvery(liveEvents, everyMs), allSeen]);
    await whenServed?.();
    return delaysOf(delays);
  } finally {
    readers.close();
  }
}

/**
 * @param {number} round
 * @param {LaneOptions} options
 * @returns {Promise<StreamRound>}
 */
export async function measureStreams(round, { redis, side, sizes }) {
  const server = await startApiServer(side);
  /** @type {import('../children.mjs').Child | null} */
  let bareServer = null;
  try {
    const port = await freePort();
    const goal = await openGoalEvents(redis, server);
    bareServer = await startChild(
      'bare server',
      new URL('bare-process.mjs', import.meta.url),
      { redisUrl: side.redisUrl, port, key: goal.streamKey, goalId: goal.goalId },
      side.children,
    );
    const bytesBefore = await server.residentBytes();
    let bytesAfter = bytesBefore;
    const sample = async () => {
      bytesAfter = Math.max(bytesAfter, await server.residentBytes());
    };
    const turns = {
      bare: () => delaysTo(goal, { port, path: '/' }, sizes.readers, sizes),
      many: async () => {
        const followed = await openGoalEvents(redis, server);
        return delaysTo(followed, followed.source, sizes.readers, sizes, sample);
      },
      one: async () => {
        const followed = await openGoalEvents(redis, server);
        return delaysTo(followed, followed.source, 1, sizes);
      },
    };
    /** @type {Partial<Record<keyof typeof turns, Delays>>} */
    const measured = {};
    const order = /** @type {(keyof typeof turns)[]} */ (['bare', 'many', 'one']);
    for (const name of round % 2 === 1 ? order : order.toReversed()) measured[name] = await turns[name]();
    const { many, one, bare: bareDelays } = measured;
    if (!many || !one || !bareDelays) throw new Error('A turn was left out.');
    return { many, one, bare: bareDelays, bytesBefore, bytesAfter };
  } finally {
    await Promise.all([server.stop(), bareServer?.stop()]);
  }
}

/**
 * @param {LaneOptions} options
 * @returns {Promise<StreamFlood>}
 */
export async function measureFlood({ redis, side, sizes }) {
  const server = await startApiServer(side);
  let bytes = 0;
  const sample = async () => {
    bytes = Math.max(bytes, await server.residentBytes());
  };
  try {
    const late = await openGoalEvents(redis, server);
    await late.writeAtOnce(sizes.historyEvents, 80);
    const [seconds, livez] = await latenciesWhile(
      { port: server.port, path: '/livez' },
      readAll(late, sizes.readers, sample),
    );
    const bytesLate = bytes;

    bytes = 0;
    const flooded = await openGoalEvents(redis, server);
    const unread = await openReaders(flooded.source, sizes.unreadReaders, { isReading: false });
    const reader = await openReaders(flooded.source, 1);
    const allSeen = reader.seen(flooded.lastId() + sizes.floodEvents);
    const sampling = setInterval(() => void sample().catch(() => undefined), 200);
    try {
      await Promise.all([flooded.writeAtOnce(sizes.floodEvents, 10_000), allSeen]);
      await sample();
    } finally {
      clearInterval(sampling);
      unread.close();
      reader.close();
    }
    return {
      events: late.lastId(),
      seconds,
      bytesLate,
      livez: delaysOf(livez),
      unread: sizes.unreadReaders,
      bytesUnread: bytes,
    };
  } finally {
    await server.stop();
  }
}

/**
 * @param {import('./goal-events.mjs').GoalEvents} goal
 * @param {number} count
 * @param {() => Promise<void>} sample
 */
async function readAll(goal, count, sample) {
  const start = now();
  let left = count;
  /** @type {() => void} */
  let finish = () => undefined;
  const finished = new Promise((resolve) => {
    finish = () => resolve(null);
  });
  const last = goal.lastId();
  const readers = await openReaders(goal.source, count, {
    onEvent(id) {
      if (id !== last) return;
      left -= 1;
      if (left === 0) finish();
    },
  });
  const timer = setInterval(() => void sample().catch(() => undefined), 200);
  try {
    await finished;
    const seconds = (now() - start) / 1_000;
    await sample();
    return seconds;
  } finally {
    clearInterval(timer);
    readers.close();
  }
}
