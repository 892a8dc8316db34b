import type { Ledger } from '@baton/shared/ledger/ledger';
import { overdueGoals } from '@baton/shared/ledger/watch';
import type { EndGoal } from '../flows/end-goal.ts';

const error = {
  type: 'deadline_exceeded',
  message:
    'The goal did not end before its deadline. The outputs of the tasks that had ended are kept; retry it to go on.',
};
const openTasks = { status: 'cancelled', reason: 'The deadline of the goal passed.' } as const;

/** Ends the goals whose deadline has passed. */
export async function expireGoals(ledger: Ledger, endGoal: EndGoal): Promise<void> {
  for (const goalId of await overdueGoals(ledger)) {
    const isEnded = await endGoal(goalId, { status: 'expired', rev: null, lease: null, error, openTasks });
    // What is listed as open and can't be ended is no goal any more.
    if (!isEnded) await ledger.redis.zrem(ledger.keyspace.openGoals, goalId);
  }
}
