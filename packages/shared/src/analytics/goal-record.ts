import type { Outcome } from '../contract/task-outcome.ts';
import type { Fields } from '../ledger/record-fields.ts';

/** An event that tells of trouble. */
export interface RecordedEvent {
  readonly event: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a task ended, without what it gave. */
export type TaskEnd = Pick<Outcome, 'status' | 'errors' | 'reviews' | 'metadata'>;

/** What the ledger holds of a goal that has ended, as far as a digest needs it. */
export interface GoalRecord {
  readonly goalId: string;
  readonly goal: Fields<(typeof digestedFields)[number]>;
  readonly tasks: Fields;
  /** By task. */
  readonly ends: ReadonlyMap<string, TaskEnd>;
  /** The oldest first. */
  readonly events: readonly RecordedEvent[];
  /** By the id of the task that was handed on. */
  readonly subGoals: ReadonlyMap<string, GoalRecord>;
}

/** Fields of the goal that a digest is made of. */
export const digestedFields = [
  'status',
  'createdAt',
  'retriedAt',
  'finishedAt',
  'acceptedAt',
  'taskIds',
  'options',
  'reviews',
  'error',
  'retries',
  'replans',
  'retryings',
] as const;

/** Events of which troubles are made; whatever else a stream holds is not read. */
export const troubleEvents = [
  'task.retrying',
  'task.failed',
  'task.partial',
  'goal.failed',
  'goal.partially_succeeded',
  'goal.expired',
] as const;

/** Only then do a goal's events hold what its records do not. */
export function hasEarlierTroubles({ retries, replans, retryings }: GoalRecord['goal']): boolean {
  return [retries, replans, retryings].some((count) => Number(count ?? 0) > 0);
}
