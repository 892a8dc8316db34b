import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { GOALS_QUEUE, type GoalJob } from '@baton/shared/contract/queues';
import type { Priority } from '@baton/plan/plan';
import { jobPriority } from './plan-to-dag.ts';
import { EVENTS_KEPT, keptJobs, RUN_OPTIONS } from './job-options.ts';

export interface GoalsQueue {
  /** Resolves once Redis has the job; adding the same goal again changes nothing. */
  add(goalId: string, priority: Priority): Promise<void>;
  close(): Promise<void>;
}

export function openGoalsQueue(connection: Redis, prefix: string, retentionMs: number): GoalsQueue {
  const queue = new Queue<GoalJob>(GOALS_QUEUE, {
    connection,
    prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
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
        },
      );
    },
    close: () => queue.close(),
  };
}
