import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { machineSeconds } from '../measure.mjs';
import { endOf, planFaults, sideBySide, submit } from '../models/goal-calls.mjs';
import { startFleet } from '../models/fleet.mjs';
import { removeKeys } from '../redis-accounting.mjs';
import { table } from '../report.mjs';
import { ratiosToIdeal, scales, TOLERANCE } from './halving.mjs';

/** @typedef {import('./halving.mjs').Drain} Drain */
/** @typedef {import('../models/fleet.mjs').Fleet} Fleet */

const SLOTS_PER_PROCESS = 10;
/** Worker processes; each step doubles them. */
const steps = [1, 2, 4];
const TASKS_PER_GOAL = 40;
const WARM_UP_GOALS = 2;
/** ms */
const POLL = 100;

/**
 * The same backlog, again and again, with worker processes added in between. Tasks wait for their model and need little of this
 * machine, so that what is measured is whether the queue keeps slots busy.
 * @param {{ goals: number, taskMs: number }} size `goals` of 40 tasks are the backlog
 * @param {Pick<import('../rounds.mjs').RoundsOptions, 'redis' | 'redisUrl' | 'children' | 'signal' | 'say'>} options
 * @returns {Promise<Drain[]>}
 */
export async function measureScaling({ goals, taskMs }, { redis, redisUrl, children, signal, say }) {
  const prefix = `bench-${process.pid}-scale`;
  const fleet = await startFleet({
    redisUrl,
    prefix,
    workers: 0,
    emulator: {},
    environment: { WORKER_TYPES: 'researcher', WORKER_CONCURRENCY: String(SLOTS_PER_PROCESS) },
    output: children.output,
  });
  try {
    await slowModel(fleet, taskMs);
    /** @type {Drain[]} */
    const drains = [];
    for (const processes of steps) {
      await addWorkers(fleet, processes - (drains.at(-1)?.processes ?? 0));
      await takeDown(fleet, { goals: WARM_UP_GOALS, processes, name: `warm-up ${processes}`, signal });
      const measured = await takeDown(fleet, { goals, processes, name: `step ${processes}`, signal });
      say(`${measured.slots} slots: ${measured.seconds.toFixed(1)} s`);
      drains.push(measured);
    }
    return drains;
  } finally {
    await fleet.stop();
    await removeKeys(redis, prefix);
  }
}

/** @param {Fleet} fleet @param {number} count */
async function addWorkers(fleet, count) {
  await Promise.all(Array.from({ length: count }, () => fleet.addWorker()));
}

/** Every call of a worker takes so long. @param {Fleet} fleet @param {number} ms */
async function slowModel(fleet, ms) {
  await planFaults(fleet, [{ match: { role: 'task' }, fault: { kind: 'delay', ms }, times: 1_000_000 }]);
}

/**
 * @param {Fleet} fleet
 * @param {{ goals: number, processes: number, name: string, signal: AbortSignal }} backlog
 * @returns {Promise<Drain>}
 */
async function takeDown(fleet, { goals, processes, name, signal }) {
  const before = { ...machineSeconds(), own: fleet.cpuSeconds() };
  const ids = await Promise.all(
    Array.from({ length: goals }, (_, place) =>
      submit(fleet, sideBySide(`Look at ${TASKS_PER_GOAL} things, ${name}, goal ${place}.`, TASKS_PER_GOAL)),
    ),
  );
  const ended = await Promise.all(ids.map((id) => waitForEnd(fleet, id, signal)));
  const after = { ...machineSeconds(), own: fleet.cpuSeconds() };
  const times = ended.flatMap(({ tasks }) =>
    tasks.map(({ startedAt, finishedAt }) => [Date.parse(startedAt ?? ''), Date.parse(finishedAt ?? '')]),
  );
  const startedAt = Math.min(...times.map(([from = NaN]) => from));
  const seconds = (Math.max(...times.map(([, to = NaN]) => to)) - startedAt) / 1_000;
  const took = times.map(([from = NaN, to = NaN]) => to - from).toSorted((a, b) => a - b);
  const slots = processes * SLOTS_PER_PROCESS;
  const medianTaskMs = took[Math.floor(took.length / 2)] ?? NaN;
  const wall = (after.all - before.all) / availableParallelism();
  return {
    processes,
    slots,
    tasks: took.length,
    seconds,
    idealSeconds: (Math.ceil(took.length / slots) * medianTaskMs) / 1_000,
    medianTaskMs,
    coresUsed: (after.own - before.own) / wall,
    othersCores: (after.busy - before.busy - (after.own - before.own)) / wall,
  };
}

/** @param {Fleet} fleet @param {string} id @param {AbortSignal} signal */
async function waitForEnd(fleet, id, signal) {
  for (;;) {
    const goal = await endOf(fleet, id);
    if (goal?.status === 'succeeded') return goal;
    if (goal) throw new Error(`${id} ended ${goal.status}`);
    await delay(POLL, undefined, { signal });
  }
}

/** @param {readonly Drain[]} drains */
export function scaleText(drains) {
  const ratios = ratiosToIdeal(drains);
  const lines = drains.map((drain, index) => {
    const ratio = ratios[index - 1];
    return [
      String(drain.processes),
      String(drain.slots),
      drain.seconds.toFixed(1),
      drain.idealSeconds.toFixed(1),
      ratio === undefined ? '' : `× ${ratio.toFixed(3)}`,
      String(Math.round(drain.medianTaskMs)),
      drain.coresUsed.toFixed(2),
      drain.othersCores.toFixed(2),
    ];
  });
  const head = [
    'processes',
    'slots',
    'drained in, s',
    'never idle, s',
    'to half of before',
    'a task, ms',
    'cores: Baton',
    'others',
  ];
  const verdict = scales(drains)
    ? `Each doubling halves the time, within ${TOLERANCE * 100} %.`
    : `A doubling is more than ${TOLERANCE * 100} % from half the time.`;
  return `${table([head, ...lines])}\n\n${verdict}`;
}
