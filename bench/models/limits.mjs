import { setTimeout as delay } from 'node:timers/promises';
import { callsOf, endOf, sideBySide, submit } from './goal-calls.mjs';
import { startFleet } from './fleet.mjs';

/**
 * Many processes against one small bucket: how much of what it allows is used, and how often it is overdrawn.
 * @typedef {object} LimitFigures
 * @property {number} processes
 * @property {number} tasks
 * @property {number} perMinute requests that the endpoint allows
 * @property {number} seconds from the first request to the last answer of a task
 * @property {number} dueSeconds for so many in a full bucket that refills
 * @property {number} share of what the bucket allows in that time that was used, from 0 to 1
 * @property {number} refused requests (429)
 * @property {number} attempts of the task that was started most often
 * @property {string} status of the goal
 */

/** One bucket for all tiers. */
const MODEL = 'claude-sonnet-5-5';
const POLL = 500;

/**
 * @param {{ processes: number, tasks: number, perMinute: number }} size
 * @param {import('./model-lanes.mjs').LaneOptions} options
 * @returns {Promise<LimitFigures>}
 */
export async function measureLimits({ processes, tasks, perMinute }, { redisUrl, prefix, output, signal }) {
  const fleet = await startFleet({
    redisUrl,
    prefix,
    workers: processes,
    emulator: { EMULATOR_RPM: String(perMinute) },
    environment: { MODEL_FAST: MODEL, MODEL_BALANCED: MODEL, MODEL_STRONG: MODEL },
    output,
  });
  try {
    const goalId = await submit(fleet, sideBySide(`Look at ${tasks} things.`, tasks));
    while (!(await endOf(fleet, goalId))) await delay(POLL, undefined, { signal });
    const goal = await endOf(fleet, goalId);
    const calls = (await callsOf(fleet)).filter(({ role }) => role === 'task');
    const paid = calls.flatMap(({ paidAt }) => (paidAt === null ? [] : [paidAt]));
    const seconds = (Math.max(...paid) - Math.min(...calls.map(({ at }) => at))) / 1_000;
    return {
      processes,
      tasks,
      perMinute,
      seconds,
      dueSeconds: Math.max(0, ((paid.length - perMinute) * 60) / perMinute),
      share: paid.length / (perMinute + (seconds * perMinute) / 60),
      refused: calls.filter(({ status }) => status === 429).length,
      attempts: Math.max(...(goal?.tasks ?? []).map(({ attempts }) => attempts)),
      status: goal?.status ?? 'unknown',
    };
  } finally {
    await fleet.stop();
  }
}

/** @param {LimitFigures} figures */
export function limitsText(figures) {
  const { processes, tasks, perMinute, seconds, dueSeconds, share, refused, attempts, status } = figures;
  return [
    `limits: ${processes} worker processes, ${tasks} tasks, ${perMinute} requests a minute`,
    `  ${seconds.toFixed(1)} s where the bucket takes ${dueSeconds.toFixed(1)} s; ${(share * 100).toFixed(1)} % of what it allows was used`,
    `  refused (429): ${refused}; most attempts of a task: ${attempts}; goal: ${status}`,
  ].join('\n');
}
