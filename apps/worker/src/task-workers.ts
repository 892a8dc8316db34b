import type { RedisConnection } from '@baton/shared/redis/connection';
import { checkDependencies } from '@baton/dag-flow/guard';
import { taskJobSchema, taskQueue } from '@baton/shared/contract/queues';
import type { EndedGoals } from '@baton/shared/ledger/ended-goals';
import { startJobWorker, type JobWorker, type JobWorkerSettings } from '@baton/shared/queue/job-worker';
import type { Worker } from './define-worker.ts';
import type { SlotTimes } from './slot-time.ts';
import { executeTask, type ExecuteTaskDeps } from './execute-task/execute-task.ts';
import { beginTaskSeries } from './execute-task/task-series.ts';

export interface TaskWorkersOptions {
  readonly workers: readonly Worker[];
  readonly defaultConcurrency: number;
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly settings: JobWorkerSettings;
  readonly endedGoals: EndedGoals;
  readonly onError: (error: Error) => void;
  readonly slotTimes: Pick<SlotTimes, 'begin'>;
  readonly deps: ExecuteTaskDeps;
}

export function slotsOf(worker: Worker, defaultConcurrency: number): number {
  return worker.concurrency ?? defaultConcurrency;
}

/** One BullMQ worker per worker type, each on its own queue. */
export function startTaskWorkers(options: TaskWorkersOptions): JobWorker[] {
  const { connection, prefix, settings, endedGoals, deps } = options;
  return options.workers.map((worker) => {
    const queue = taskQueue(worker.type);
    beginTaskSeries(deps.metrics, worker.type, queue);
    return startJobWorker({
      queue,
      connection,
      prefix,
      settings,
      endedGoals,
      concurrency: slotsOf(worker, options.defaultConcurrency),
      parse: (data) => taskJobSchema.parse(data),
      async process(task, { job, signal }) {
        const giveSlotBack = options.slotTimes.begin(worker.type);
        try {
          return await executeTask(deps, {
            worker,
            task,
            signal,
            job: job.id === undefined ? null : { queue, id: job.id },
            queueRecord: () => checkDependencies(job),
          });
        } finally {
          giveSlotBack();
        }
      },
      onError: options.onError,
      logger: deps.logger,
      onStalled: () => deps.metrics.stalledJobs.inc({ queue }),
    });
  });
}
