import { cpus } from 'node:os';
import { quantile } from './statistics.mjs';
import { readRedisUse, redisUseBetween } from './redis-accounting.mjs';

/** @typedef {import('./side.mjs').Side} Side */
/** @typedef {import('./side.mjs').GoalRun} GoalRun */
/** @typedef {import('./workloads.mjs').Workload} Workload */

/**
 * Goals one at a time.
 * @typedef {object} Lone
 * @property {number} p50 ms from sending the goal to knowing its end
 * @property {number} p95 ms
 * @property {readonly GoalRun[]} runs
 */

/**
 * Many goals in flight.
 * @typedef {object} Many
 * @property {number} goals
 * @property {number} seconds from the first goal sent to the last one ended
 * @property {number} goalsPerSecond
 * @property {number} tasksPerSecond
 * @property {Readonly<Record<string, number>>} cpuMicrosPerTask by process, the store and the sum among them
 * @property {number} othersShare of the machine's cores that other programs used meanwhile, 0 to 1
 * @property {number} commandsPerTask that Redis executed, those inside scripts included
 * @property {number} scriptsPerTask
 * @property {number} bytesPerTask that Redis holds more than before, when all goals have ended
 */

/** A goal that takes longer than this has hung, in ms. */
const LONGEST_GOAL = 30_000;

/**
 * Runs one goal, and gives it up when it hangs.
 * @param {Side} side
 * @param {Workload} workload
 * @param {number} goal
 * @param {boolean} keepEvents
 * @returns {Promise<GoalRun>}
 */
export function runGoal(side, workload, goal, keepEvents) {
  return new Promise((resolve, reject) => {
    const hung = `Goal ${goal} of "${workload.name}" has not ended in ${LONGEST_GOAL / 1_000} s.`;
    const timer = setTimeout(() => reject(new Error(hung)), LONGEST_GOAL);
    side
      .runGoal(workload, goal, keepEvents)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** @param {Side} side @param {Workload} workload @param {number} goals @returns {Promise<Lone>} */
export async function runLone(side, workload, goals) {
  /** @type {GoalRun[]} */
  const runs = [];
  for (let goal = 0; goal < goals; goal += 1) runs.push(await runGoal(side, workload, goal, true));
  const latencies = runs.map(({ sentAt, endedAt }) => endedAt - sentAt);
  return { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), runs };
}

/** Keeps `inFlight` goals open for `ms`, then waits for the last. @param {Side} side @param {Workload} workload @param {number} ms */
export async function runManyFor(side, workload, ms) {
  const start = performance.now();
  let goals = 0;
  async function lane() {
    while (performance.now() - start < ms) {
      const goal = goals;
      goals += 1;
      await runGoal(side, workload, goal, false);
    }
  }
  await Promise.all(Array.from({ length: workload.inFlight }, lane));
  return { goals, seconds: (performance.now() - start) / 1_000 };
}

/**
 * @param {import('ioredis').Redis} redis
 * @param {Side} side
 * @param {Workload} workload
 * @param {number} ms
 * @returns {Promise<Many>}
 */
export async function measureMany(redis, side, workload, ms) {
  const machineBefore = machineSeconds();
  const cpuBefore = await readCpu(side);
  const redisBefore = await readRedisUse(redis);
  const { goals, seconds } = await runManyFor(side, workload, ms);
  const store = redisUseBetween(redisBefore, await readRedisUse(redis));
  const cpuAfter = await readCpu(side);
  const machine = machineSeconds();
  const tasks = goals * workload.tasksPerGoal;
  const micros = [...cpuAfter].map(
    ([name, after]) => /** @type {const} */ ([name, ((after - (cpuBefore.get(name) ?? 0)) * 1e6) / tasks]),
  );
  const storeMicros = (store.cpuSeconds * 1e6) / tasks;
  const allMicros = micros.reduce((sum, [, value]) => sum + value, storeMicros);
  const others = machine.busy - machineBefore.busy - (allMicros * tasks) / 1e6;
  return {
    goals,
    seconds,
    goalsPerSecond: goals / seconds,
    tasksPerSecond: tasks / seconds,
    cpuMicrosPerTask: {
      ...Object.fromEntries(micros),
      Redis: storeMicros,
      all: allMicros,
    },
    othersShare: Math.max(0, others / (machine.all - machineBefore.all)),
    commandsPerTask: store.commands / tasks,
    scriptsPerTask: store.scriptCalls / tasks,
    bytesPerTask: store.usedBytes / tasks,
  };
}

/** Seconds of CPU by process, this one, the client, among them. @param {Side} side @returns {Promise<Map<string, number>>} */
async function readCpu({ children }) {
  const { user, system } = process.cpuUsage();
  const seconds = await Promise.all(
    children.map(async ({ name, cpuSeconds }) => /** @type {const} */ ([name, await cpuSeconds()])),
  );
  return new Map([['client', (user + system) / 1e6], ...seconds]);
}

/** Seconds of all cores since the machine began: busy ones, and all. */
export function machineSeconds() {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used / 1_000;
    all += (used + times.idle) / 1_000;
  }
  return { busy, all };
}
