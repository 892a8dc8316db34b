import { nodeJobId } from '@baton/dag-flow/job-ids';
import type { Delivery } from '@baton/shared/contract/delivery';
import type { Goal } from '@baton/shared/contract/goal';
import { taskQueue } from '@baton/shared/contract/queues';
import { readDeliveries } from '@baton/shared/ledger/deliveries';
import { readGoalFacts, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { readGoal, type GoalLinks } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { runId } from '../flows/plan-to-dag.ts';
import { SUB_GOALS_QUEUE } from '../hierarchy/waiting-queue.ts';

/** A goal as an operator sees it, whosever it is. */
export interface ShownGoal {
  readonly tenant: string;
  readonly goal: Goal;
  /** How often it was started again. */
  readonly retries: number;
  /** Where the board shows the job of a task that the goal's rev runs, relative to the board; by task id. */
  readonly jobs: ReadonlyMap<string, string>;
  readonly deliveries: readonly Delivery[];
}

/** Null where there is no such goal. */
export async function readShownGoal(
  ledger: Ledger,
  goalId: string,
  links: GoalLinks,
): Promise<ShownGoal | null> {
  const facts = await readGoalFacts(ledger, goalId);
  if (!facts) return null;
  const { tenant } = facts;
  const [goal, deliveries] = await Promise.all([
    readGoal(ledger, goalId, tenant, links),
    readDeliveries(ledger, goalId, tenant),
  ]);
  return (
    goal && { tenant, goal, retries: facts.retries, jobs: jobsOf(goal, facts), deliveries: deliveries ?? [] }
  );
}

/** A run's jobs are counted in the order of the plan. */
function jobsOf({ id, rev, plan }: Goal, { runTaskIds }: GoalFacts): Map<string, string> {
  const tasks = (plan?.tasks ?? []).filter((task) => runTaskIds === null || runTaskIds.includes(task.id));
  if (rev === 0) return new Map();
  return new Map(
    tasks.map((task, index) => {
      const queue = task.forEach === undefined ? taskQueue(task.worker) : SUB_GOALS_QUEUE;
      return [task.id, `queue/${queue}/${nodeJobId(runId(id, rev), index)}`];
    }),
  );
}
