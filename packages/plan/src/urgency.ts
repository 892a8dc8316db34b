import type { Priority } from './plan.ts';

/** ms since the epoch: 2026-01-01T00:00Z, the start of bin 0. */
export const EPOCH = 1_767_225_600_000;
/** ms. */
export const BIN = 300_000;

/** Bins that each class waits behind one of the highest class that was accepted at the same time. */
const ofGoal: Readonly<Record<Priority, number>> = { high: 0, medium: 6, low: 18 };
const ofTask: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 3 };
export const LONGEST_OFFSET = ofGoal.low + ofTask.low;

/** The bin of time in which work is due by its class: whoever has waited long enough goes before every newer one. */
export function dueBin(goal: Priority, task: Priority, acceptedAt: number): number {
  return Math.floor((acceptedAt - EPOCH) / BIN) + ofGoal[goal] + ofTask[task];
}

/** The longest path that is told apart; a plan holds no more tasks. */
const LONGEST_PATH = 1_000;

/**
 * Ranks calls that wait for the same model; the smaller goes first. Within a bin it is the one with the longest path still ahead.
 * @param ahead tasks on the longest path from this one to the goal's end, itself not counted.
 */
export function urgencyOf(goal: Priority, task: Priority, acceptedAt: number, ahead: number): number {
  return dueBin(goal, task, acceptedAt) * (LONGEST_PATH + 1) - Math.min(ahead, LONGEST_PATH);
}
