import { endsStream } from '@baton/shared/contract/event';
import type { GoalEvent } from '../evidence/evidence.ts';

/** A goal's events from its acceptance, or from a retry, to the next. */
export type Run = readonly GoalEvent[];

export function runsOf(events: readonly GoalEvent[]): Run[] {
  const starts = events.flatMap(({ event }, index) => (event === 'goal.retried' && index > 0 ? [index] : []));
  return [0, ...starts].map((start, run) => events.slice(start, starts[run]));
}

export function isTerminalEvent({ event }: GoalEvent): boolean {
  return endsStream(event);
}

/** Tasks that a retry or another plan sets going, again or for the first time; null for any other event. */
export function retriedTasks({ event, data }: GoalEvent): readonly string[] | null {
  const isFresh = event === 'goal.retried' || event === 'goal.replanned';
  return isFresh ? ((data['taskIds'] ?? []) as readonly string[]) : null;
}

const outcomeEvents: ReadonlySet<string> = new Set([
  'task.succeeded',
  'task.partial',
  'task.failed',
  'task.skipped',
  'task.cancelled',
]);

/** The task that ends with this event, and how; null for any other event. */
export function outcomeIn({ event, data }: GoalEvent): { taskId: string; status: string } | null {
  if (!outcomeEvents.has(event) || data.taskId === undefined) return null;
  return { taskId: data.taskId, status: event.slice('task.'.length) };
}

/** ms since the epoch. */
export function timeOf({ data }: GoalEvent): number {
  return Date.parse(data.at);
}
