import type { Priority } from '@baton/plan/plan';

/** ms since the epoch: 2026-01-01T00:00Z, the start of bin 0. */
const EPOCH = 1_767_225_600_000;
/** ms. */
const BIN = 300_000;
/** BullMQ's own limit; bins reach it in 2045. */
export const MOST_PRIORITY = 2 ** 21 - 1;

/** Bins that a job of each class waits behind one of the highest class that was accepted at the same time. */
const ofGoal: Readonly<Record<Priority, number>> = { high: 0, medium: 6, low: 18 };
const ofTask: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 3 };
const LONGEST_OFFSET = ofGoal.low + ofTask.low;

/**
 * BullMQ's priority of a job, 1 (first) to {@link MOST_PRIORITY}: when it is due by its class. So the classes hold among
 * jobs of one time, and whoever has waited long enough goes before every newer one, without anybody looking after it.
 * @param acceptedAt when its goal was accepted, in ms since the epoch.
 */
export function jobPriority(goal: Priority, task: Priority, acceptedAt: number): number {
  const bin = Math.floor((acceptedAt - EPOCH) / BIN);
  return Math.min(MOST_PRIORITY, Math.max(1, 1 + bin + ofGoal[goal] + ofTask[task]));
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
