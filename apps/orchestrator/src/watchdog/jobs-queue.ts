import { Queue } from 'bullmq';
import type { RedisConnection } from '@baton/shared/redis/connection';

const ended = ['completed', 'failed'] as const;
/** Ended jobs removed from a queue at a time. */
const PAGE = 1_000;

/**
 * Removes the jobs of these queues that ended more than `ageMs` ago: BullMQ does so itself only as other jobs of the queue
 * end, and never for failed ones of a flow.
 */
export async function removeOldJobs(
  names: readonly string[],
  connection: RedisConnection,
  prefix: string,
  ageMs: number,
): Promise<void> {
  for (const name of names) {
    // Whoever works on a queue sets how many events it keeps: nothing is changed here.
    const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true });
    // The connection reports its own errors.
    queue.on('error', () => undefined);
    try {
      const counts = await queue.getJobCounts(...ended);
      for (const state of ended) if (counts[state]) await queue.clean(ageMs, PAGE, state);
    } finally {
      await queue.close();
    }
  }
}
