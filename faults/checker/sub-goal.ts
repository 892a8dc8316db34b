import { isTerminal } from '@baton/shared/contract/goal-status';
import type { Evidence, Goal, GoalSeen } from '../evidence/evidence.ts';
import { grouped } from './grouped.ts';
import type { Violation } from './violation.ts';

const invariant = 'sub-goal';

/** What a task is whose sub-goal ended so. */
const outcomes: Readonly<Partial<Record<Goal['status'], string>>> = {
  succeeded: 'succeeded',
  partially_succeeded: 'partial',
  failed: 'failed',
  expired: 'failed',
  cancelled: 'cancelled',
};

/** A task has one sub-goal, unless the plan was changed; it ends as that one did, and counts what that one used. */
export function checkSubGoals({ goals }: Evidence): Violation[] {
  const byTask = grouped(
    goals.filter(({ parent }) => parent !== null),
    ({ parent }) => `${parent?.goalId} ${parent?.taskId}`,
  );
  return [...byTask.values()].flatMap((ofTask) => {
    const { parent } = ofTask[0] ?? {};
    const above = goals.find(({ goalId }) => goalId === parent?.goalId);
    if (!parent || !above) return [];
    return messagesOf(ofTask, above, parent.taskId).map((message) => ({
      invariant,
      goalId: above.goalId,
      message,
    }));
  });
}

function messagesOf(ofTask: readonly GoalSeen[], above: GoalSeen, taskId: string): string[] {
  const isReplanned = above.events.some(({ event }) => event === 'goal.replanned');
  const ids = ofTask.map(({ goalId }) => goalId).join(', ');
  if (ofTask.length > 1 && !isReplanned) return [`Task ${taskId} has ${ofTask.length} sub-goals: ${ids}.`];
  const task = above.goal?.tasks.find(({ id }) => id === taskId);
  const sub = ofTask.find(({ goalId }) => goalId === task?.subGoal?.id)?.goal;
  if (!sub || !task) return isReplanned ? [] : [`Task ${taskId} does not show its sub-goal ${ids}.`];
  const messages: string[] = [];
  // What was cancelled from above ends before its sub-goal does.
  if (isTerminal(sub.status) && task.status !== 'cancelled' && task.status !== outcomes[sub.status])
    messages.push(`Task ${taskId} is ${task.status}, and its sub-goal ${sub.id} is ${sub.status}.`);
  const [own, whole] = [sub.usage.calls, above.goal?.usage.calls ?? 0];
  if (own > whole) messages.push(`It tells of ${whole} calls, and its sub-goal ${sub.id} of ${own}.`);
  return messages;
}
