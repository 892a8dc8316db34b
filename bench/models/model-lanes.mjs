import { removeKeys } from '../redis-accounting.mjs';
import { hedgingText, measureHedging } from './hedging.mjs';
import { limitsText, measureLimits } from './limits.mjs';

/**
 * @typedef {object} LaneOptions
 * @property {string} redisUrl
 * @property {string} prefix of every key
 * @property {number} output file descriptor that takes what the processes write
 * @property {AbortSignal} signal
 */

/**
 * @typedef {object} LaneReport
 * @property {string} text
 * @property {unknown} figures
 */

/** @type {Readonly<Record<string, (isShort: boolean, options: LaneOptions) => Promise<LaneReport>>>} */
export const modelLanes = {
  async limits(isShort, options) {
    const whole = { processes: 8, tasks: 200, perMinute: 60 };
    const figures = await measureLimits(
      isShort ? { processes: 3, tasks: 140, perMinute: 120 } : whole,
      options,
    );
    return { text: limitsText(figures), figures };
  },
  async hedging(isShort, options) {
    const figures = await measureHedging(
      { processes: 2, tasks: isShort ? 100 : 200, stragglerMs: 6_000 },
      options,
    );
    return { text: hedgingText(figures), figures };
  },
};

/**
 * Each lane has processes and keys of its own; both are gone after it.
 * @param {{ lanes: readonly string[], isShort: boolean }} plan
 * @param {import('../rounds.mjs').RoundsOptions} options
 */
export async function runModelLanes({ lanes, isShort }, { redis, redisUrl, children, signal, say }) {
  /** @type {Record<string, LaneReport>} */
  const reports = {};
  for (const lane of lanes) {
    const run = modelLanes[lane];
    if (run === undefined) throw new RangeError(`There is no lane "${lane}".`);
    signal.throwIfAborted();
    say(lane);
    const prefix = `bench-${process.pid}-${lane}`;
    try {
      reports[lane] = await run(isShort, { redisUrl, prefix, output: children.output, signal });
    } finally {
      await removeKeys(redis, prefix);
    }
  }
  return reports;
}
