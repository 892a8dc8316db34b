import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { checkDependencies } from '@baton/dag-flow/guard';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import { taskJobSchema } from '@baton/shared/contract/queues';
import { HEARTBEAT, signOff, signOfLife } from '@baton/shared/ledger/fleet';
import { startJobWorker, type JobWorker, type JobWorkerOptions } from '@baton/shared/queue/job-worker';
import type { TaskJob } from '@baton/shared/contract/queues';
import { runSubGoal, type RunSubGoalDeps } from './run-sub-goal.ts';
import { SUB_GOALS_QUEUE } from './waiting-queue.ts';

type Common = Omit<JobWorkerOptions<TaskJob>, 'queue' | 'parse' | 'process' | 'onStalled'>;

/** Takes the tasks that are handed on as goals, and is seen in the fleet as a worker of theirs until it closes. */
export async function startSubGoalWorker(
  deps: RunSubGoalDeps,
  common: Common,
  onStalled: () => void,
): Promise<JobWorker> {
  const id = `${hostname()}.${process.pid}.${randomUUID().slice(0, 8)}`;
  const beat = (): Promise<void> => signOfLife(deps.ledger, id, { [orchestrator.type]: common.concurrency });
  await beat();
  const heartbeat = setInterval(() => void beat().catch(common.onError), HEARTBEAT);
  const worker = startJobWorker({
    ...common,
    queue: SUB_GOALS_QUEUE,
    parse: (data) => taskJobSchema.parse(data),
    process: (task, { job }) =>
      runSubGoal(deps, {
        task,
        jobId: job.id ?? '',
        looks: job.attemptsStarted ?? 1,
        queueRecord: () => checkDependencies(job),
      }),
    onStalled,
  });
  return {
    ...worker,
    async close(graceMs) {
      clearInterval(heartbeat);
      // Its slots take nothing more.
      const left = signOff(deps.ledger, id);
      await worker.close(graceMs);
      await left;
    },
  };
}
