import { Queue } from 'bullmq';
import { EVENTS_KEPT } from '@baton/shared/queue/capped-events';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { GOALS_QUEUE, type GoalJob } from '@baton/shared/contract/queues';
import type { Priority } from '@baton/plan/plan';
import { jobPriority } from './plan-to-dag.ts';
import { keptJobs, RUN_OPTIONS } from './job-options.ts';

export interface GoalsQueue {
  /**
   * Resolves once Redis has the job; adding the same run again changes nothing.
   * @param retries times that the goal was set going again after it had ended.
   */
  add(goalId: string, retries: number, priority: Priority): Promise<void>;
  /** Sees to it that the job of this run is there and will run; false when it was. Nothing is done to one that is under way. */
  restore(goalId: string, retries: number, priority: Priority): Promise<boolean>;
  close(): Promise<void>;
}

/** The id of the job that takes a goal's run from its acceptance to its flow. */
function goalJobId(goalId: string, retries: number): string {
  return retries === 0 ? goalId : `${goalId}.retry-${retries}`;
}

export function openGoalsQueue(connection: RedisConnection, prefix: string, retentionMs: number): GoalsQueue {
  const queue = new Queue<GoalJob>(GOALS_QUEUE, {
    connection,
    prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  // The connection reports its own errors.
  queue.on('error', () => undefined);
  async function add(goalId: string, retries: number, priority: Priority): Promise<void> {
    await queue.add(
      'plan',
      { goalId, retries },
      {
        jobId: goalJobId(goalId, retries),
        priority: jobPriority(priority, 'medium'),
        ...RUN_OPTIONS,
        removeOnComplete: keptJobs(retentionMs),
        removeOnFail: keptJobs(retentionMs),
      },
    );
  }
  return {
    add,
    async restore(goalId, retries, priority) {
      const state = await queue.getJobState(goalJobId(goalId, retries));
      const hasEnded = state === 'completed' || state === 'failed';
      if (!hasEnded && state !== 'unknown') return false;
      if (hasEnded) await queue.remove(goalJobId(goalId, retries));
      await add(goalId, retries, priority);
      return true;
    },
    close: () => queue.close(),
  };
}
