import { outcomeStatuses } from '@baton/shared/contract/task-outcome';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { retryCauses } from './retry-cause.ts';

/** Series of a worker type that begin with the first failure hide it from every rate: they begin with the process. */
export function beginTaskSeries(
  { tasksEnded, tasksRetried, stalledJobs }: Pick<Metrics, 'tasksEnded' | 'tasksRetried' | 'stalledJobs'>,
  workerType: string,
  queue: string,
): void {
  for (const outcome of outcomeStatuses) tasksEnded.inc({ worker_type: workerType, outcome }, 0);
  for (const cause of retryCauses) tasksRetried.inc({ worker_type: workerType, cause }, 0);
  stalledJobs.inc({ queue }, 0);
}
