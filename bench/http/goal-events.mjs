import { setTimeout as delay } from 'node:timers/promises';
import { appendEvents } from '@baton/shared/ledger/event-log';
import { openLedger } from '@baton/shared/ledger/ledger';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { now } from '../side.mjs';
import { send } from './connections.mjs';

/** @typedef {import('./api-server.mjs').ApiServer} ApiServer */

/**
 * A goal that goes on for ever, whose events are written here as the processes of Baton write them.
 * @typedef {object} GoalEvents
 * @property {string} goalId
 * @property {string} streamKey
 * @property {import('./event-readers.mjs').EventSource} source
 * @property {() => number} lastId
 * @property {(id: number) => number | undefined} writtenAt ms since the epoch, for events that were written one by one
 * @property {(count: number, everyMs: number) => Promise<void>} writeEvery
 * @property {(count: number, characters: number) => Promise<void>} writeAtOnce in scripts of a hundred events
 */

/** About what a model says in the tenth of a second for which text is held back. */
const TEXT = 'A few words of an answer that a model is just giving, as they come out of it.';
const AT_ONCE = 100;

/** @param {import('ioredis').Redis} redis @param {ApiServer} server @returns {Promise<GoalEvents>} */
export async function openGoalEvents(redis, { port, key, prefix }) {
  const body = JSON.stringify({ goal: 'A goal that many follow.' });
  const { status, text } = await send({ port, key, path: '/v1/goals', body });
  if (status !== 202) throw new Error(`POST /v1/goals was answered with ${status}: ${text}`);
  const goal = /** @type {{ id: string }} */ (JSON.parse(text));
  const ledger = openLedger(redis, keyspaceOf(prefix));
  const streamKey = ledger.goal(goal.id).events;
  let last = await redis.xlen(streamKey);
  /** @type {Map<number, number>} */
  const writtenAt = new Map();

  /** @param {object[]} data */
  async function append(...data) {
    const events = data.map((each) => ({ event: /** @type {const} */ ('output.delta'), data: each }));
    if (!(await appendEvents(ledger, goal.id, null, events))) throw new Error('The goal has ended.');
  }

  return {
    goalId: goal.id,
    streamKey,
    source: { port, key, path: `/v1/goals/${goal.id}/events` },
    lastId: () => last,
    writtenAt: (id) => writtenAt.get(id),
    async writeEvery(count, everyMs) {
      for (let written = 0; written < count; written += 1) {
        last += 1;
        writtenAt.set(last, now());
        await append({ text: TEXT, offset: last });
        await delay(everyMs);
      }
    },
    async writeAtOnce(count, characters) {
      const long = TEXT.repeat(Math.ceil(characters / TEXT.length)).slice(0, characters);
      for (let left = count; left > 0; left -= AT_ONCE) {
        const some = Math.min(AT_ONCE, left);
        await append(...Array.from({ length: some }, (_, index) => ({ text: long, offset: last + index })));
        last += some;
      }
    },
  };
}
