import type { TerminalGoalStatus } from '../contract/goal-status.ts';
import { reviewSchema } from '../contract/review.ts';
import { flatTasks, specsOfRecord, timeOf } from './flat-tasks.ts';
import { DIGEST_VERSION, type GoalDigest, type Trouble } from './goal-digest.ts';
import type { GoalRecord } from './goal-record.ts';
import { reviewOf } from './review-digest.ts';
import { troublesOf, type TroubledTask } from './troubles.ts';

function allTroubles(record: GoalRecord): Trouble[] {
  const { tasks, ends, subGoals } = record;
  const troubled = specsOfRecord(record).map(({ id, worker }): [string, TroubledTask] => {
    const finishedAt = timeOf(tasks[`finishedAt:${id}`]);
    return [id, { worker, outcome: ends.get(id) ?? null, finishedAt, isHandedOn: subGoals.has(id) }];
  });
  return [...troublesOf(record, new Map(troubled)), ...[...subGoals.values()].flatMap(allTroubles)];
}

/** What is kept of a goal that has ended. */
export function digestOfRecord(record: GoalRecord): GoalDigest {
  const { goalId, goal } = record;
  const review = goal.reviews ? reviewOf(reviewSchema.array().parse(JSON.parse(goal.reviews))) : null;
  return {
    version: DIGEST_VERSION,
    goalId,
    status: goal.status as TerminalGoalStatus,
    createdAt: Number(goal.createdAt),
    begunAt: Number(goal.retriedAt ?? goal.createdAt),
    finishedAt: Number(goal.finishedAt),
    tasks: flatTasks(record),
    ...(review && { review }),
    troubles: allTroubles(record),
  };
}
