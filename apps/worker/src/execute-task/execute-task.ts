import type { Outcome } from '@baton/shared/contract/task-outcome';
import { unworked } from '@baton/shared/contract/task-outcome';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import type { TaskJob } from '@baton/shared/contract/queues';
import { appendEvents, type NewEvent } from '@baton/shared/ledger/event-log';
import { MOST_DEATHS, releaseLease } from '@baton/shared/ledger/lease';
import { startNextRev } from '@baton/shared/ledger/goal-record';
import { taskPurpose } from '@baton/shared/ledger/goal-purpose';
import { openJournal } from '@baton/shared/ledger/journal';
import { openToolJournal } from '@baton/shared/ledger/tool-journal';
import { JobAborted, NotYet } from '@baton/shared/queue/job-worker';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { decide, type QueueRecord } from '@baton/shared/ledger/task-decision';
import { recordOutcome, startTask, tellReview } from '@baton/shared/ledger/task-record';
import type { ModelAccess } from '@baton/shared/model/model-access';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { LaterError } from '@baton/shared/model/llm';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import type { DependencyOutput, Worker } from '../define-worker.ts';
import type { ToolBox } from '../tools/tool-box.ts';
import { retryCause } from './retry-cause.ts';
import { runTask, type Started } from './run-task.ts';

export interface ExecuteTaskDeps {
  readonly ledger: Ledger;
  readonly models: ModelAccess;
  readonly tools: Pick<ToolBox, 'sourceOf'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface TaskRun {
  readonly worker: Worker;
  readonly task: TaskJob;
  readonly signal: AbortSignal;
  /** The job that runs the task. */
  readonly job?: CallPurpose['job'];
  /** The queue's own record of the jobs that this one waited for. */
  readonly queueRecord: () => Promise<QueueRecord>;
}

/** What BullMQ keeps as the job's value: a reference, since BullMQ stores it three times. */
export interface TaskReturn {
  readonly taskId: string;
  /** `stale`: this run's outcome does not count, for another was first or the goal has ended or moved on. */
  readonly status: Outcome['status'] | 'stale';
}

async function run(
  deps: ExecuteTaskDeps,
  { worker, task: { goalId, rev, taskId }, job = null, signal }: TaskRun,
  started: Started,
  dependencies: readonly DependencyOutput[],
): Promise<Outcome> {
  const { ledger, models, logger } = deps;
  const log = logger.child({ goalId, taskId });
  const tell = (event: NewEvent): void => {
    appendEvents(ledger, goalId, rev, [event]).catch((error: Error) =>
      log.warn({ err: error }, 'event not written'),
    );
  };
  const tellRetrying = ({ message }: Error, cause: string, delayMs: number): void =>
    tell({ event: 'task.retrying', data: { taskId, reason: message, cause, delayMs } });
  const purpose = taskPurpose(started.task, started, job);
  const caller = models.callerFor(
    openJournal(ledger, { goalId, ...started }, purpose),
    purpose,
    ({ waitMs, error }) => tellRetrying(error, error.type, waitMs),
  );
  try {
    return await runTask({
      worker,
      start: started,
      dependencies,
      models,
      caller,
      tools: deps.tools.sourceOf(worker),
      toolJournal: openToolJournal(ledger, { goalId, ...started }),
      metrics: deps.metrics,
      signal,
      log,
      progress: (message) => tell({ event: 'task.progress', data: { taskId, message } }),
      wrote: (progress) => tell({ event: 'task.progress', data: { taskId, ...progress } }),
      reviewed(review) {
        tellReview(ledger, { goalId, rev, taskId }, review).catch((error: Error) =>
          log.warn({ err: error }, 'event not written'),
        );
      },
    });
  } catch (error) {
    if (error instanceof RetryLaterError) tellRetrying(error, error.cause.type, error.delayMs);
    throw error;
  }
}

const spent: Outcome = {
  ...unworked(
    'failed',
    `Its worker process died each of the ${MOST_DEATHS} times that this task was started, so it is not started again.`,
  ),
  metadata: { cause: 'process_died' },
};

/** A run that ends without an outcome says so: one that says nothing has died with its process. False when it was taken over. */
async function letGo(
  { ledger, logger }: ExecuteTaskDeps,
  goalId: string,
  { lease }: Started,
  isPutBack: boolean,
): Promise<boolean> {
  const isLetGo = await releaseLease(ledger, goalId, lease, isPutBack).catch((error: Error) => {
    logger.warn({ goalId, err: error }, 'lease not released');
    return true;
  });
  failpoint('task.released');
  return isLetGo;
}

/** With their tasks' priorities, by which long outputs give way. */
function ranked(start: Started, dependencies: readonly DependencyOutput[]): DependencyOutput[] {
  return dependencies.map((dependency, index) => {
    const priority = start.dependencies[index]?.priority;
    return priority === undefined ? dependency : { ...dependency, priority };
  });
}

async function outcomeOf(
  deps: ExecuteTaskDeps,
  taskRun: TaskRun,
  start: Started,
  queue: QueueRecord,
): Promise<Outcome> {
  if (start.kind === 'spent') return spent;
  const decision = decide(start.dependencies, queue);
  if (decision.kind === 'end') return decision.outcome;
  return run(deps, taskRun, start, [...start.inputs, ...ranked(start, decision.dependencies)]);
}

/** Takes a task from its queue to its one outcome; may be run again at any point of it. */
export async function executeTask(deps: ExecuteTaskDeps, taskRun: TaskRun): Promise<TaskReturn> {
  const { ledger, metrics } = deps;
  const { worker, task, signal } = taskRun;
  const { goalId, taskId } = task;
  failpoint('task.taken');
  const queueRecord = taskRun.queueRecord();
  // It is awaited where the lease is let go of, should it fail.
  queueRecord.catch(() => undefined);
  const start = await startTask(ledger, task);
  if (start.kind === 'stale') return { taskId, status: 'stale' };
  if (start.kind === 'settled') return { taskId, status: start.outcome.status };
  failpoint('task.started');

  const ofType = { worker_type: worker.type };
  if (start.waitedMs !== null) metrics.taskWaitSeconds.observe(ofType, start.waitedMs / 1_000);
  if (start.followsDeath && start.kind === 'started')
    metrics.tasksRetried.inc({ ...ofType, cause: 'process_died' });
  const stopTimer = metrics.taskSeconds.startTimer(ofType);
  metrics.tasksRunning.inc(ofType);
  let isRecorded = false;
  let isPutBack = false;
  let cause: ReturnType<typeof retryCause> = null;
  try {
    const queue = await queueRecord;
    if (start.kind === 'unready' && queue.complete) {
      // Its dependencies have ended, the queue says, and Redis has lost how: they are done again.
      deps.logger.warn(
        { goalId, taskId },
        'outcomes of dependencies were lost: starting over with what has none',
      );
      await startNextRev(ledger, goalId, task.rev);
      return { taskId, status: 'stale' };
    }
    const outcome = await outcomeOf(deps, taskRun, start, queue);
    if (signal.aborted) throw signal.reason;
    failpoint('task.decided');
    const recorded = await recordOutcome(ledger, task, start.lease, outcome, start.task.dependents);
    isRecorded = recorded === 'recorded';
    failpoint('task.recorded');
    // The job may be this run's all the same: ended now, it would have no outcome.
    if (recorded === 'taken_over') throw new JobAborted('lock_lost');
    if (!isRecorded) return { taskId, status: 'stale' };
    metrics.tasksEnded.inc({ ...ofType, outcome: outcome.status });
    return { taskId, status: outcome.status };
  } catch (error) {
    isPutBack = error instanceof LaterError || error instanceof NotYet;
    cause = retryCause(error, signal);
    throw error;
  } finally {
    const isLetGo = isRecorded || (await letGo(deps, goalId, start, isPutBack));
    // Whoever has taken it over has told so.
    if (cause && isLetGo) metrics.tasksRetried.inc({ ...ofType, cause });
    stopTimer();
    metrics.tasksRunning.dec(ofType);
  }
}
