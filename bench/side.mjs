/**
 * What the client itself saw of one goal. ms since the epoch, with fractions.
 * @typedef {object} GoalRun
 * @property {number} sentAt
 * @property {number} acceptedAt when the system said that it has the goal
 * @property {number} endedAt when the client knew that it had ended
 * @property {readonly import('@baton/shared/contract/event').GoalEvent[]} events the goal's own, where asked for and known
 */

/**
 * One of the two systems, running.
 * @typedef {object} Side
 * @property {readonly import('./children.mjs').Child[]} children its processes, without Redis and the client
 * @property {(workload: import('./workloads.mjs').Workload, goal: number, keepEvents: boolean) => Promise<GoalRun>} runGoal
 *   takes the goal with this number from its submission to its end; rejects unless all of it succeeded
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} SideKind
 * @property {string} name
 * @property {(options: SideOptions) => Promise<Side>} start
 */

/**
 * @typedef {object} SideOptions
 * @property {string} redisUrl
 * @property {string} prefix of every key; letters, digits and "-"
 * @property {import('./children.mjs').ChildOptions} children
 */

/** Tasks at once in the one process that runs them. */
export const TASK_SLOTS = 50;
/** Joins (on Baton's side also plannings) at once in the other process. */
export const JOIN_SLOTS = 20;
/** What each task gives, on both sides. */
export const RESULT_TEXT = 'A result as short as a task can give, which nobody had to think of.';

/** ms since the epoch, with fractions. */
export function now() {
  return performance.timeOrigin + performance.now();
}
