import type { TerminalGoalStatus } from '@baton/shared/contract/goal-status';
import type { GoalEnd } from '@baton/shared/ledger/goal-end';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { readRelations } from '@baton/shared/ledger/sub-goals';

/** How a sub-goal ends that nobody wants any more, its goal having ended so. */
export function unwantedEnd(status: TerminalGoalStatus): GoalEnd {
  return {
    status: status === 'expired' ? 'expired' : 'cancelled',
    rev: null,
    lease: null,
    leavesJobs: true,
    onlyIfUnwanted: true,
    error: { type: 'parent_ended', message: 'What this goal was for has ended.' },
    openTasks: { status: 'cancelled', reason: 'What this task was for has ended.' },
  };
}

/** Ends the sub-goals of those tasks of a goal that have ended, while the goal goes on. */
export async function endBelow(
  ledger: Ledger,
  endGoal: (goalId: string, end: GoalEnd) => Promise<boolean>,
  goalId: string,
): Promise<void> {
  const { subGoals } = await readRelations(ledger, goalId);
  for (const subGoal of subGoals) await endGoal(subGoal, unwantedEnd('cancelled'));
}
