import { LaterError, ModelError } from '@baton/shared/model/llm';
import { JobAborted } from '@baton/shared/queue/job-worker';
import type { TaskDeadline } from './task-deadline.ts';
import { JournalUnavailable, TaskFailure } from './task-failure.ts';

/** The run can't go on now, whatever its worker makes of the error. */
export function isBreak(error: unknown): boolean {
  return error instanceof LaterError || error instanceof JournalUnavailable;
}

/** What must reach the queue instead of the ledger: the run did not end, it was broken off. */
export function isInterruption(error: unknown, jobSignal: AbortSignal): boolean {
  return jobSignal.reason instanceof JobAborted || isBreak(error);
}

/** The same for programs: stable, and of a model's error its type. */
export function failureCause(error: unknown, deadline: TaskDeadline): string {
  if (deadline.signal.aborted) return 'deadline';
  if (error instanceof ModelError) return error.type;
  return error instanceof TaskFailure ? 'result_refused' : 'worker_error';
}

/** Why a run that was not broken off has no result, in a sentence for people. */
export function failureText(error: unknown, deadline: TaskDeadline, workerType: string): string {
  if (deadline.signal.aborted) return deadline.message;
  if (error instanceof ModelError || error instanceof TaskFailure) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `The worker type ${workerType} threw an error: ${message}`;
}
