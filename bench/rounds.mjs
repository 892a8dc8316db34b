import { batonSide } from './baton/baton-side.mjs';
import { lonePhases } from './lone-phases.mjs';
import { measureMany, runLone, runManyFor } from './measure.mjs';
import { rawSide } from './raw/raw-side.mjs';
import { removeKeys } from './redis-accounting.mjs';
import { traceGoal } from './trace.mjs';

/** @typedef {import('./workloads.mjs').Workload} Workload */
/** @typedef {import('./side.mjs').SideKind} SideKind */

/**
 * @typedef {object} Plan
 * @property {number} rounds
 * @property {number} warmUpMs of each workload
 * @property {number} manyMs for which goals are kept in flight
 * @property {number} loneShare of a workload's lone goals
 * @property {readonly Workload[]} workloads
 * @property {readonly SideKind[]} sides
 */

/**
 * One side's figures of one workload in one round.
 * @typedef {object} Measurement
 * @property {string} side
 * @property {string} workload
 * @property {number} round
 * @property {{ p50: number, p95: number, goals: number }} lone
 * @property {readonly { step: string, ms: number }[]} phases where the lone goals' time went
 * @property {import('./measure.mjs').Many} many
 * @property {number} sentPerLoneGoal commands that clients sent to Redis for a goal on its own
 * @property {Readonly<Record<string, number>>} sentByCommand
 */

/**
 * @typedef {object} RoundsOptions
 * @property {import('ioredis').Redis} redis
 * @property {string} redisUrl
 * @property {import('./children.mjs').ChildOptions} children
 * @property {AbortSignal} signal
 * @property {(text: string) => void} say
 */

export const bothSides = [batonSide, rawSide];

/** Every round takes both sides, one right after the other, in turns: A B, B A, A B … @param {Plan} plan @param {RoundsOptions} options */
export async function runRounds(plan, options) {
  /** @type {Measurement[]} */
  const measurements = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    const order = round % 2 === 1 ? plan.sides : plan.sides.toReversed();
    for (const kind of order) {
      options.say(`round ${round} of ${plan.rounds}: ${kind.name}`);
      measurements.push(...(await runSide(kind, round, plan, options)));
    }
  }
  return measurements;
}

/**
 * Fresh processes and a fresh key space for every turn of a side; both are gone after it.
 * @param {SideKind} kind
 * @param {number} round
 * @param {Plan} plan
 * @param {RoundsOptions} options
 */
async function runSide(kind, round, plan, { redis, redisUrl, children, signal }) {
  const prefix = `bench-${process.pid}-${round}-${kind.name.replaceAll(/\W/g, '-')}`;
  const side = await kind.start({ redisUrl, prefix, children });
  try {
    return await Promise.race([measureSide(kind, side, round, plan, redis), rejectionOf(signal)]);
  } finally {
    await side.stop();
    await removeKeys(redis, prefix);
  }
}

/** @param {AbortSignal} signal @returns {Promise<never>} */
function rejectionOf(signal) {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * @param {SideKind} kind
 * @param {import('./side.mjs').Side} side
 * @param {number} round
 * @param {Plan} plan
 * @param {import('ioredis').Redis} redis
 */
async function measureSide(kind, side, round, plan, redis) {
  for (const workload of plan.workloads) await runManyFor(side, workload, plan.warmUpMs);
  /** @type {Measurement[]} */
  const measurements = [];
  for (const workload of plan.workloads) {
    const { runs, ...lone } = await runLone(side, workload, Math.ceil(workload.loneGoals * plan.loneShare));
    const many = await measureMany(redis, side, workload, plan.manyMs);
    const sent = await traceGoal(redis, side, workload);
    measurements.push({
      side: kind.name,
      workload: workload.name,
      round,
      lone: { ...lone, goals: runs.length },
      phases: lonePhases(runs),
      many,
      sentPerLoneGoal: sent.length,
      sentByCommand: countedBy(sent.map(({ command }) => command)),
    });
  }
  return measurements;
}

/** @param {readonly string[]} names @returns {Record<string, number>} */
function countedBy(names) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
