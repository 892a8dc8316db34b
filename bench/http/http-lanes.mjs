import { removeKeys } from '../redis-accounting.mjs';
import { measureIntake } from './intake.mjs';
import { measureRefusals } from './refusals.mjs';
import { measureFlood, measureStreams } from './streams.mjs';

/**
 * @typedef {object} LaneSizes
 * @property {number} readers of one goal
 * @property {number} liveEvents
 * @property {number} everyMs
 * @property {number} historyEvents that late readers are to have
 * @property {number} unreadReaders connections that take nothing
 * @property {number} floodEvents of 10 KB that are written meanwhile
 * @property {number} calls of each kind of refused request
 * @property {number} warmUpCalls
 * @property {number} connections that send at the same time
 * @property {number} goals
 */

/**
 * @typedef {object} LaneOptions
 * @property {import('ioredis').Redis} redis
 * @property {import('../side.mjs').SideOptions} side
 * @property {LaneSizes} sizes
 */

/**
 * @typedef {object} HttpMeasurements
 * @property {import('./streams.mjs').StreamRound[]} streams
 * @property {import('./streams.mjs').StreamFlood} flood
 * @property {import('./refusals.mjs').RefusalFigures[][]} refusals by round
 * @property {import('./intake.mjs').IntakeRound[]} intake
 */

/** @type {LaneSizes} */
const whole = {
  readers: 1_000,
  liveEvents: 50,
  everyMs: 100,
  historyEvents: 5_000,
  unreadReaders: 200,
  floodEvents: 2_000,
  calls: 300,
  warmUpCalls: 50,
  connections: 50,
  goals: 1_000,
};

/** @type {LaneSizes} */
const short = { ...whole, liveEvents: 20, historyEvents: 1_000, unreadReaders: 50, calls: 100 };

/** @param {boolean} isShort */
export function sizesOf(isShort) {
  return isShort ? short : whole;
}

/**
 * Every turn of a lane has fresh processes and a key space of its own; both are gone after it.
 * @param {{ rounds: number, sizes: LaneSizes }} plan
 * @param {import('../rounds.mjs').RoundsOptions} options
 * @returns {Promise<HttpMeasurements>}
 */
export async function runHttpLanes({ rounds, sizes }, { redis, redisUrl, children, signal, say }) {
  /**
   * @template Figures
   * @param {string} lane
   * @param {(options: LaneOptions) => Promise<Figures>} measure
   */
  async function turn(lane, measure) {
    signal.throwIfAborted();
    say(lane);
    const prefix = `bench-${process.pid}-${lane.replaceAll(/\W/g, '-')}`;
    try {
      return await measure({ redis, side: { redisUrl, prefix, children }, sizes });
    } finally {
      await removeKeys(redis, prefix);
    }
  }

  /** @type {Omit<HttpMeasurements, 'flood'>} */
  const measured = { streams: [], refusals: [], intake: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const of = `round ${round} of ${rounds}`;
    measured.streams.push(await turn(`${of}: streams`, (options) => measureStreams(round, options)));
    measured.refusals.push(await turn(`${of}: refusals`, measureRefusals));
    measured.intake.push(await turn(`${of}: intake`, (options) => measureIntake(round, options)));
  }
  return { ...measured, flood: await turn('late and unread streams', measureFlood) };
}
