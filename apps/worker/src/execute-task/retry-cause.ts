import { LaterError } from '@baton/shared/model/llm';
import { ParkedCall } from '@baton/shared/model/parked-call';
import { JobAborted, NotYet } from '@baton/shared/queue/job-worker';
import { JournalUnavailable } from './task-failure.ts';

/**
 * Why a task is to run again.
 * - `process_died`: the run before it never let go: its process died, or stood still for longer than its lock.
 * - `lock_lost`: its own lock was in doubt, and nobody else had taken the task over.
 * - `shutdown`: its process had to go.
 * - `later`: its call could not be made now, because of limits, an outage or other calls on the same budget.
 * - `redis`: its journal could not be reached.
 * - `error`: anything else that broke the run off.
 */
export type RetryCause = (typeof retryCauses)[number];
export const retryCauses = ['process_died', 'lock_lost', 'shutdown', 'later', 'redis', 'error'] as const;

/**
 * @param error what broke the run off, before its outcome was recorded
 * @returns null when the task is not to run again, or waits for a batch, as it was asked to
 */
export function retryCause(error: unknown, signal: AbortSignal): RetryCause | null {
  const abort: unknown = error instanceof JobAborted ? error : signal.reason;
  if (abort instanceof JobAborted) return abort.cause === 'goal_ended' ? null : abort.cause;
  if (error instanceof ParkedCall || error instanceof NotYet) return null;
  if (error instanceof LaterError) return 'later';
  return error instanceof JournalUnavailable ? 'redis' : 'error';
}
