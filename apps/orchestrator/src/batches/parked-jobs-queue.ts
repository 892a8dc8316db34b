import { ErrorCode, Job, Queue } from 'bullmq';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import type { RedisConnection } from '@baton/shared/redis/connection';

type ParkedJob = NonNullable<CallPurpose['job']>;

/** Jobs that wait for an answer, in any queue. */
export interface ParkedJobs {
  /** False while the job is under way: it may be about to be put back, and is to be woken again then. */
  wake(job: ParkedJob): Promise<boolean>;
  close(): Promise<void>;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

export function openParkedJobs(connection: RedisConnection, prefix: string): ParkedJobs {
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const known = queues.get(name);
    if (known) return known;
    const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true });
    // The connection reports its own errors.
    queue.on('error', () => undefined);
    queues.set(name, queue);
    return queue;
  };
  return {
    async wake({ queue, id }) {
      const job = new Job(queueOf(queue), 'wake', {}, {}, id);
      try {
        await job.promote();
        return true;
      } catch (error) {
        if (codeOf(error) === ErrorCode.JobNotExist) return true;
        if (codeOf(error) !== ErrorCode.JobNotInState) throw error;
      }
      const state = await job.getState();
      return state !== 'active' && state !== 'delayed';
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
