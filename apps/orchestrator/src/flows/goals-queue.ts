import { Queue } from 'bullmq';
import { EVENTS_KEPT } from '@baton/shared/queue/capped-events';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { GOALS_QUEUE, type GoalJob } from '@baton/shared/contract/queues';
import type { Priority } from '@baton/plan/plan';
import { jobPriority } from './plan-to-dag.ts';
import { keptJobs, RUN_OPTIONS } from './job-options.ts';

export interface GoalsQueue {
  /** Resolves once Redis has the job; adding the same goal again changes nothing. */
  add(goalId: string, priority: Priority): Promise<void>;
  close(): Promise<void>;
}

export function openGoalsQueue(connection: RedisConnection, prefix: string, retentionMs: number): GoalsQueue {
  const queue = new Queue<GoalJob>(GOALS_QUEUE, {
    connection,
    prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  // The connection reports its own errors.
  queue.on('error', () => undefined);
  return {
    async add(goalId, priority) {
      await queue.add(
        'plan',
        { goalId },
        {
          jobId: goalId,
          priority: jobPriority(priority, 'medium'),
          ...RUN_OPTIONS,
          removeOnComplete: keptJobs(retentionMs),
          removeOnFail: keptJobs(retentionMs),
        },
      );
    },
    close: () => queue.close(),
  };
}
