import { Queue } from 'bullmq';
import { EVENTS_KEPT } from '@baton/shared/queue/capped-events';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { GOALS_QUEUE, type GoalJob } from '@baton/shared/contract/queues';
import { activeTrace } from '@baton/shared/telemetry/tracing';
import { jobPriority, type Urgency } from './job-priority.ts';
import { keptJobs, RUN_OPTIONS } from './job-options.ts';

/** `plan` takes a goal from its acceptance to its flow, or to the question whether its plan is approved; `run` from there on. */
type GoalJobName = 'plan' | 'run';

export interface GoalsQueue {
  /** Resolves once Redis has the job; adding the same one again changes nothing. */
  add(name: GoalJobName, job: GoalJob, urgency: Urgency): Promise<void>;
  /** Sees to it that a job of this run is there and will run; false when one was. Nothing is done to one that is under way. */
  restore(job: GoalJob, urgency: Urgency): Promise<boolean>;
  close(): Promise<void>;
}

export function goalJobId(name: GoalJobName, { goalId, retries }: GoalJob): string {
  const planId = retries === 0 ? goalId : `${goalId}.retry-${retries}`;
  return name === 'plan' ? planId : `${planId}.approved`;
}

export function openGoalsQueue(connection: RedisConnection, prefix: string, retentionMs: number): GoalsQueue {
  const queue = new Queue<GoalJob>(GOALS_QUEUE, {
    connection,
    prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  // The connection reports its own errors.
  queue.on('error', () => undefined);
  async function add(name: GoalJobName, job: GoalJob, urgency: Urgency): Promise<void> {
    const trace = activeTrace();
    await queue.add(name, job, {
      jobId: goalJobId(name, job),
      priority: jobPriority(urgency.priority, 'medium', urgency.acceptedAt),
      ...RUN_OPTIONS,
      ...(trace !== null && { telemetry: { metadata: trace } }),
      removeOnComplete: keptJobs(retentionMs),
      removeOnFail: keptJobs(retentionMs),
    });
  }
  const stateOf = (name: GoalJobName, job: GoalJob): Promise<string> =>
    queue.getJobState(goalJobId(name, job));
  const willRun = (state: string): boolean => !['completed', 'failed', 'unknown'].includes(state);

  return {
    add,
    async restore(job, urgency) {
      const [plan, run] = await Promise.all([stateOf('plan', job), stateOf('run', job)]);
      if (willRun(plan) || willRun(run)) return false;
      if (plan !== 'unknown') await queue.remove(goalJobId('plan', job));
      await add('plan', job, urgency);
      return true;
    },
    close: () => queue.close(),
  };
}
