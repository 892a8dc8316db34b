import type { JobWorker } from '../queue/job-worker.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { notAnswering } from '../redis/requirements.ts';

/** Why this process should be started again, or null: a worker hears no jobs while Redis answers. */
export async function deafWorkers(
  workers: readonly Pick<JobWorker, 'queue' | 'isDeaf'>[],
  redis: RedisConnection,
): Promise<string | null> {
  const deaf = workers.find((worker) => worker.isDeaf());
  if (!deaf || (await notAnswering(redis)) !== null) return null;
  return `the worker of ${deaf.queue} takes no jobs any more`;
}
