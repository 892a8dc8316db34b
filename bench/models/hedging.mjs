import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../statistics.mjs';
import { startFleet } from './fleet.mjs';
import { callsOf, endOf, planFaults, sideBySide, submit } from './goal-calls.mjs';

/**
 * One set of tasks with stragglers among them, as it is and with `hedge: true`.
 * @typedef {object} SetFigures
 * @property {number} p50Ms of a task, from its start to its outcome
 * @property {number} p99Ms
 * @property {number} tokens of its tasks, as Baton counts them: those of answers that weren't needed too
 * @property {number} calls of its tasks that the emulator saw
 * @property {number} possiblyRepeated calls of which no more is known than that they were ended before their answer began
 */

/**
 * @typedef {object} HedgingFigures
 * @property {number} tasks of each set
 * @property {number} stragglers among them
 * @property {number} stragglerMs
 * @property {SetFigures} plain
 * @property {SetFigures} hedged
 * @property {number} p99Ratio hedged / plain
 * @property {number} extraTokens share that hedging used more, those counted
 * @property {number} extraCalls share of requests more: what tokens would be if every one of them had been paid for as a whole
 */

const POLL = 200;
/** ms for a piece of text: a task's call takes some hundreds. */
const PACE = 15;
const SEED = 20_261_121;
/** The middle of them: whether a set has one straggler more is chance. */
const EVERY = 20;

/** Park and Miller's generator: the same numbers for the same seed, uniform in [0, 1). */
function randomFrom(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * The first call of one task in twenty does not come: every second one says nothing, the others begin and crawl.
 * @param {readonly string[]} taskIds @param {string} goal @param {number} ms
 */
function stragglers(taskIds, goal, ms) {
  const random = randomFrom(SEED);
  const late = taskIds
    .map((id) => ({ id, rank: random() }))
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, taskIds.length / EVERY);
  return late.map(({ id }, index) => ({
    match: { contains: goal, task: id, role: 'task' },
    fault: index % 2 === 0 ? { kind: 'delay', ms } : { kind: 'drip', ms: 20 },
  }));
}

/** @param {import('@baton/shared/contract/task-outcome').Usage} usage */
function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }) {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

/**
 * @param {import('./fleet.mjs').Fleet} fleet
 * @param {{ name: string, tasks: number, hedge: boolean, stragglerMs: number, signal: AbortSignal }} set
 * @returns {Promise<SetFigures>}
 */
async function runSet(fleet, { name, tasks, hedge, stragglerMs, signal }) {
  const request = sideBySide(`Look at ${tasks} things, ${name}.`, tasks);
  const ids = request.plan.tasks.map(({ id }) => id);
  await planFaults(fleet, stragglers(ids, request.goal, stragglerMs));
  const before = (await callsOf(fleet)).length;
  const goalId = await submit(fleet, { ...request, options: { ...request.options, hedge } });
  let ended = await endOf(fleet, goalId);
  for (; ended === null; ended = await endOf(fleet, goalId)) await delay(POLL, undefined, { signal });
  if (ended.status !== 'succeeded') throw new Error(`The goal ended ${ended.status}`);
  const took = ended.tasks.map(
    ({ startedAt, finishedAt }) => Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? ''),
  );
  const calls = (await callsOf(fleet)).slice(before);
  return {
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    tokens: ended.tasks.reduce((sum, { usage }) => sum + tokensOf(usage), 0),
    calls: calls.filter(({ role }) => role === 'task').length,
    possiblyRepeated: ended.usage.possiblyRepeatedCalls,
  };
}

/**
 * @param {{ processes: number, tasks: number, stragglerMs: number }} size
 * @param {import('./model-lanes.mjs').LaneOptions} options
 * @returns {Promise<HedgingFigures>}
 */
export async function measureHedging(
  { processes, tasks, stragglerMs },
  { redisUrl, prefix, output, signal },
) {
  const fleet = await startFleet({
    redisUrl,
    prefix,
    workers: processes,
    emulator: { EMULATOR_PACE: String(PACE) },
    environment: {},
    output,
  });
  try {
    const set = { tasks, stragglerMs, signal };
    await runSet(fleet, { ...set, name: 'to know what is usual', hedge: false });
    const plain = await runSet(fleet, { ...set, name: 'as they are', hedge: false });
    const hedged = await runSet(fleet, { ...set, name: 'hedged', hedge: true });
    return {
      tasks,
      stragglers: tasks / EVERY,
      stragglerMs,
      plain,
      hedged,
      p99Ratio: hedged.p99Ms / plain.p99Ms,
      extraTokens: hedged.tokens / plain.tokens - 1,
      extraCalls: hedged.calls / plain.calls - 1,
    };
  } finally {
    await fleet.stop();
  }
}

/** @param {number} share */
function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

/** @param {HedgingFigures} figures */
export function hedgingText({ tasks, stragglers: late, stragglerMs, plain, hedged, ...ratios }) {
  const line = (
    /** @type {string} */ name,
    /** @type {SetFigures} */ { p50Ms, p99Ms, calls, tokens, possiblyRepeated },
  ) =>
    `  ${name}: p50 ${Math.round(p50Ms)} ms, p99 ${Math.round(p99Ms)} ms; ${calls} calls, ${tokens} tokens, ${possiblyRepeated} possibly repeated`;
  return [
    `hedging: ${tasks} tasks, ${late} of them stragglers of ${stragglerMs} ms and more`,
    line('as they are', plain),
    line('hedge: true', hedged),
    `  p99 × ${ratios.p99Ratio.toFixed(2)}; extra tokens ${percent(ratios.extraTokens)}; extra calls ${percent(ratios.extraCalls)}`,
  ].join('\n');
}
