import { FlowProducer, QueueEvents } from 'bullmq';
import { startChild } from '../children.mjs';
import { now } from '../side.mjs';
import { rawFlow, ROOT_QUEUE, rootJobId, rootResults } from './raw-flows.mjs';
import { logError } from './worker-options.mjs';

/** @typedef {{ resolve: (results: number) => void, reject: (error: Error) => void }} Waiter */

/**
 * BullMQ flows without Baton: no-op workers in as many processes with as many slots, a client that adds flows and hears of
 * their ends through BullMQ's own events. Nothing is planned, kept, shown or put together.
 * @type {import('../side.mjs').SideKind}
 */
export const rawSide = {
  name: 'raw BullMQ',
  async start({ redisUrl, prefix, children: childOptions }) {
    const settings = { redisUrl, prefix: `{${prefix}}` };
    const roots = await startChild(
      'joins',
      new URL('root-process.mjs', import.meta.url),
      settings,
      childOptions,
    );
    const tasks = await startChild(
      'workers',
      new URL('task-process.mjs', import.meta.url),
      settings,
      childOptions,
    ).catch(async (/** @type {unknown} */ error) => {
      await roots.stop();
      throw error;
    });
    const connection = { url: redisUrl, maxRetriesPerRequest: null };
    const producer = new FlowProducer({ connection, prefix: settings.prefix });
    // From the beginning of the stream: by default what happens before the first read is sent is lost, and its goal hangs.
    const ends = new QueueEvents(ROOT_QUEUE, { connection, prefix: settings.prefix, lastEventId: '0-0' });
    /** @type {Map<string, Waiter>} by the root's job id */
    const waiters = new Map();
    producer.on('error', logError);
    ends.on('error', logError);
    ends.on('completed', ({ jobId, returnvalue }) => {
      const { results } = /** @type {{ results: number }} */ (/** @type {unknown} */ (returnvalue));
      waiters.get(jobId)?.resolve(results);
    });
    ends.on('failed', ({ jobId, failedReason }) => waiters.get(jobId)?.reject(new Error(failedReason)));
    await Promise.all([producer.waitUntilReady(), ends.waitUntilReady()]);

    let goals = 0;
    return {
      children: [roots, tasks],
      async runGoal({ graphs }, goal) {
        goals += 1;
        const goalId = `goal-${goals}`;
        const jobId = rootJobId(goalId);
        const sentAt = now();
        const flow = rawFlow(goalId, graphs[goal % graphs.length] ?? []);
        /** @type {Promise<number>} */
        const end = new Promise((resolve, reject) => waiters.set(jobId, { resolve, reject }));
        await producer.add(flow);
        const acceptedAt = now();
        const results = await end;
        const endedAt = now();
        waiters.delete(jobId);
        if (results !== rootResults(flow)) {
          throw new Error(`The join of ${goalId} received ${results} of ${rootResults(flow)} results.`);
        }
        return { sentAt, acceptedAt, endedAt, events: [] };
      },
      async stop() {
        await Promise.all([producer.close(), ends.close()]);
        await Promise.all([roots.stop(), tasks.stop()]);
      },
    };
  },
};
