import type { TerminalGoalStatus } from './contract/goal-status.ts';
import type { OutcomeStatus } from './contract/task-outcome.ts';

/** The events that end a goal's stream, and how the goal ended. */
export const goalEndings: Readonly<{ [Status in TerminalGoalStatus as `goal.${Status}`]: Status }> = {
  'goal.succeeded': 'succeeded',
  'goal.partially_succeeded': 'partially_succeeded',
  'goal.failed': 'failed',
  'goal.cancelled': 'cancelled',
  'goal.expired': 'expired',
};

export const taskEndings: Readonly<{ [Status in OutcomeStatus as `task.${Status}`]: Status }> = {
  'task.succeeded': 'succeeded',
  'task.partial': 'partial',
  'task.failed': 'failed',
  'task.skipped': 'skipped',
  'task.cancelled': 'cancelled',
};
