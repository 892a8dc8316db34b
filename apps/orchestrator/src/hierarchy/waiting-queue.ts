import { ErrorCode, Job, Queue } from 'bullmq';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import { taskQueue } from '@baton/shared/contract/queues';
import type { RedisConnection } from '@baton/shared/redis/connection';

/** Where tasks that were handed on as goals wait for their ends. */
export const SUB_GOALS_QUEUE = taskQueue(orchestrator.type);

export interface WaitingQueue {
  /** Has the job look now; nothing happens to one that is under way, has ended or is gone. */
  wake(jobId: string): Promise<void>;
  close(): Promise<void>;
}

const unneeded: ReadonlySet<unknown> = new Set([ErrorCode.JobNotExist, ErrorCode.JobNotInState]);

export function openWaitingQueue(connection: RedisConnection, prefix: string): WaitingQueue {
  const queue = new Queue(SUB_GOALS_QUEUE, { connection, prefix, skipMetasUpdate: true });
  // The connection reports its own errors.
  queue.on('error', () => undefined);
  return {
    async wake(jobId) {
      try {
        await new Job(queue, 'wake', {}, {}, jobId).promote();
      } catch (error) {
        if (!unneeded.has((error as { code?: unknown }).code)) throw error;
      }
    },
    close: () => queue.close(),
  };
}
