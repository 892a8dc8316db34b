import type { Plan, Task } from '@baton/plan/plan';
import { taskEndedEvent } from '../contract/event.ts';
import type { Outcome } from '../contract/task-outcome.ts';
import type { NewEvent } from './event-log.ts';
import { headText, readGoalFacts, type TaskSpec } from './goal-record.ts';
import { taskSpecs } from './plan-record.ts';
import type { Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { fenceFields, leftOutArguments, type RunBudget } from './run-budget.ts';
import { outcomeText } from './task-record.ts';
import { readTaskSpecs } from './task-results.ts';

/** How a running goal goes on as its next rev. */
export interface PlanAmendment {
  /** The rev that is amended: nothing is done when the goal has moved on or ended. */
  readonly rev: number;
  /** Of who decided it. */
  readonly lease: Lease;
  /** The whole plan from now on, or null when it stays as it is. */
  readonly plan: Plan | null;
  /** Tasks whose outcomes are forgotten: they run again. */
  readonly clear: readonly string[];
  /** Given to every task that has no outcome then, none of which runs; null when they run. */
  readonly end: Outcome | null;
  /** Told before what becomes of the tasks. */
  readonly event: NewEvent;
  /** A counter of the goal that goes up by one. */
  readonly counts: 'replans' | null;
  /** Set on the goal. */
  readonly fields: Readonly<Record<string, string>>;
  /** How the changed plan runs; null or left out when it runs as it is. */
  readonly budget?: RunBudget | null;
}

/** What a task's job was made of, without its texts. */
function skeletonOf({ dependents: _dependents, why: _why, focus: _focus, ...task }: TaskSpec): Task {
  return { ...task, description: '', requirements: [] };
}

/** The tasks of the goal's rev, as {@link tasksOfRun} is to know them once the plan is another; null when the goal is not of that rev. */
async function runText(ledger: Ledger, goalId: string, rev: number): Promise<string | null> {
  const facts = await readGoalFacts(ledger, goalId);
  if (!facts?.plan || facts.rev !== rev) return null;
  const ids = new Set(facts.runTaskIds ?? facts.plan.taskIds);
  const ran = facts.plan.taskIds.filter((id) => ids.has(id));
  const tasks = (await readTaskSpecs(ledger, goalId, ran))
    .map(skeletonOf)
    .map((task) => ({ ...task, dependencies: task.dependencies.filter((id) => ids.has(id)) }));
  return JSON.stringify(tasks);
}

/** True for the one caller that moved the goal on to the next rev: it alone may add that rev's flow. */
export async function amendPlan(ledger: Ledger, goalId: string, amendment: PlanAmendment): Promise<boolean> {
  const { rev, lease, plan, clear, end, event, counts, fields, budget = null } = amendment;
  const run = await runText(ledger, goalId, rev);
  if (run === null) return false;
  const keys = ledger.goal(goalId);
  const taskIds = plan?.tasks.map(({ id }) => id) ?? [];
  const head = plan && headText({ mode: 'plan', analysis: plan.analysis, taskIds });
  const set = [...Object.entries(fields).flat(), ...(budget ? fenceFields(budget) : [])];
  const perTask = (plan ? taskSpecs(plan, budget) : []).flatMap((spec) => [
    spec.id,
    JSON.stringify(spec),
    spec.dependencies.join(' '),
    ...leftOutArguments(budget, spec.id),
  ]);
  const { closingRuns, endedChannel } = ledger.keyspace.of(goalId);
  const reply = await ledger.run(
    'amendPlan',
    [keys.goal, keys.tasks, keys.events, closingRuns],
    [
      goalId,
      rev,
      lease.place,
      lease.number,
      event.event,
      JSON.stringify(event.data),
      endedChannel,
      run,
      counts ?? '',
      end ? outcomeText(end) : '',
      end ? taskEndedEvent(end.status) : '',
      head ?? '',
      plan ? JSON.stringify(taskIds) : '',
      clear.join(' '),
      set.length / 2,
      ...set,
      ...perTask,
    ],
  );
  return reply === 1;
}

/**
 * Whether an amendment has moved a running goal on from this rev, and no flow of what came after is known to be whole: whoever made it
 * adds it now, or has died.
 */
export async function awaitsFlow(ledger: Ledger, goalId: string, rev: number): Promise<boolean> {
  const [status, current, amended, submitted] = await ledger.redis.hmget(
    ledger.goal(goalId).goal,
    'status',
    'rev',
    'amendedRev',
    'submittedRev',
  );
  return status === 'running' && Number(amended) === rev + 1 && current !== submitted;
}
