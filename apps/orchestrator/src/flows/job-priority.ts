import type { Priority } from '@baton/plan/plan';
import { BIN, dueBin, EPOCH, LONGEST_OFFSET } from '@baton/plan/urgency';

/** BullMQ's own limit; bins reach it in 2045. */
export const MOST_PRIORITY = 2 ** 21 - 1;

/**
 * BullMQ's priority of a job, 1 (first) to {@link MOST_PRIORITY}: when it is due by its class. So the classes hold among
 * jobs of one time, and whoever has waited long enough goes before every newer one, without anybody looking after it.
 * @param acceptedAt when its goal was accepted, in ms since the epoch.
 */
export function jobPriority(goal: Priority, task: Priority, acceptedAt: number): number {
  return Math.min(MOST_PRIORITY, Math.max(1, 1 + dueBin(goal, task, acceptedAt)));
}

/** What ranks the jobs of a goal among those of others. */
export interface Urgency {
  readonly priority: Priority;
  /** When the goal was accepted, in ms since the epoch. */
  readonly acceptedAt: number;
}

/** The earliest time, in ms since the epoch, at which the goal of a job with this priority can have been accepted. */
export function acceptedSince(priority: number): number {
  return EPOCH + (priority - 1 - LONGEST_OFFSET) * BIN;
}
