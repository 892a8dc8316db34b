import { durationMs } from '@baton/shared/contract/duration';
import type { GoalOptions } from '@baton/shared/contract/goal-request';
import type { Worker } from '../define-worker.ts';

/** The time of one task: all its runs' calls, reviews and revisions together. */
export interface TaskDeadline {
  readonly signal: AbortSignal;
  /** Why a task that was not done by then has failed. */
  readonly message: string;
  clear(): void;
}

/** ms that a task may take: its worker type's limit, or the goal's if that is less. */
export function timeLimitOf({ timeout }: Pick<Worker, 'timeout'>, { taskTimeout }: GoalOptions): number {
  const own = taskTimeout === undefined ? null : durationMs(taskTimeout);
  return own === null ? timeout : Math.min(timeout, own);
}

export function startDeadline(limitMs: number): TaskDeadline {
  const message = `The task took longer than the ${limitMs / 1_000} s it may take.`;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(message)), limitMs);
  return { signal: controller.signal, message, clear: () => clearTimeout(timer) };
}
