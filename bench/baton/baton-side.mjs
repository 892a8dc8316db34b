import { researcher } from '@baton/plan/worker-types/researcher';
import { freePort } from '../../scripts/ports.mjs';
import { startChild } from '../children.mjs';
import { JOIN_SLOTS, now, TASK_SLOTS } from '../side.mjs';
import { openGoalClient } from './goal-client.mjs';

/** @typedef {import('../workloads.mjs').Workload} Workload */

/** The bodies of the goals of a workload, one per graph. @param {Workload} workload @returns {string[]} */
function goalBodies({ name, graphs }) {
  return graphs.map((tasks) =>
    JSON.stringify({
      goal: `Find out what a goal of the shape "${name}" costs when its tasks cost nothing.`,
      plan: {
        tasks: tasks.map(({ id, dependencies }) => ({
          id,
          dependencies,
          worker: researcher.type,
          description: `Say what there is to say about part ${id} of it.`,
        })),
      },
    }),
  );
}

/**
 * Baton whole: an orchestrator process with every role, a worker process with one worker type, and a client that posts
 * plans and reads each goal's server-sent events. Only the model is missing.
 * @type {import('../side.mjs').SideKind}
 */
export const batonSide = {
  name: 'Baton',
  async start({ redisUrl, prefix, children: childOptions }) {
    const common = {
      REDIS_URL: redisUrl,
      BATON_PREFIX: prefix,
      // Required, and never connected to: the model is in the process.
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    };
    const port = await freePort();
    const orchestrator = await startChild(
      'orchestrator',
      new URL('orchestrator-process.mjs', import.meta.url),
      { ...common, PORT: String(port), PLANNER_CONCURRENCY: String(JOIN_SLOTS) },
      childOptions,
    );
    const worker = await startChild(
      'workers',
      new URL('worker-process.mjs', import.meta.url),
      { ...common, HEALTH_PORT: '0', WORKER_TYPES: researcher.type, WORKER_CONCURRENCY: String(TASK_SLOTS) },
      childOptions,
    ).catch(async (/** @type {unknown} */ error) => {
      await orchestrator.stop();
      throw error;
    });
    const client = openGoalClient(`http://127.0.0.1:${port}`);
    /** @type {Map<Workload, string[]>} */
    const bodies = new Map();
    return {
      children: [orchestrator, worker],
      async runGoal(workload, goal, keepEvents) {
        const known = bodies.get(workload) ?? goalBodies(workload);
        bodies.set(workload, known);
        /** @type {import('@baton/shared/contract/event').GoalEvent[]} */
        const events = [];
        const sentAt = now();
        const goalId = await client.submit(known[goal % known.length] ?? '');
        const acceptedAt = now();
        const end = await client.awaitEnd(goalId, keepEvents ? (event) => events.push(event) : undefined);
        const endedAt = now();
        if (end !== 'goal.succeeded') throw new Error(`The goal ${goalId} ended with ${end}.`);
        if (keepEvents) await requireAllDone(await client.read(goalId), workload);
        return { sentAt, acceptedAt, endedAt, events };
      },
      async stop() {
        client.close();
        await Promise.all([orchestrator.stop(), worker.stop()]);
      },
    };
  },
};

/** @param {import('@baton/shared/contract/goal').Goal} goal @param {Workload} workload */
async function requireAllDone({ id, tasks, output }, { tasksPerGoal }) {
  const done = tasks.filter(({ status }) => status === 'succeeded').length;
  if (done === tasksPerGoal && output !== null) return;
  throw new Error(
    `The goal ${id} has ${done} of ${tasksPerGoal} tasks done and ${output === null ? 'no' : 'an'} output.`,
  );
}
