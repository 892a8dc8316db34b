import type { Ledger } from '@baton/shared/ledger/ledger';
import { overdueGoals, unlistEnded } from '@baton/shared/ledger/watch';
import type { EndGoal } from '../flows/end-goal.ts';
import type { Duty } from './watchdog.ts';

const error = {
  type: 'deadline_exceeded',
  message:
    'The goal did not end before its deadline. The outputs of the tasks that had ended are kept; retry it to go on.',
};
const openTasks = { status: 'cancelled', reason: 'The deadline of the goal passed.' } as const;

const end = {
  status: 'expired',
  rev: null,
  lease: null,
  leavesJobs: true,
  onlyIfOverdue: true,
  error,
  openTasks,
} as const;

export interface ExpirerDeps {
  readonly ledger: Ledger;
  readonly endGoal: EndGoal;
  readonly onError: (error: Error) => void;
}

/** Ends the goals whose deadline has passed. One that can't be ended holds up no other. */
export function expirer({ ledger, endGoal, onError }: ExpirerDeps): Duty['run'] {
  async function expire(goalId: string): Promise<void> {
    // What is listed as open and has ended is not to be found here for ever.
    if (!(await endGoal(goalId, end))) await unlistEnded(ledger, goalId);
  }
  return async (stopped) => {
    for (const goalId of await overdueGoals(ledger)) {
      if (stopped.aborted) return;
      await expire(goalId).catch(onError);
    }
  };
}
