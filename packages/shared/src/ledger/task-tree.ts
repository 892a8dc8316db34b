import type { SubGoal, TaskView } from '../contract/goal.ts';
import { goalStatusSchema, isTerminal } from '../contract/goal-status.ts';
import { noUsage, type Outcome, type TaskStatus } from '../contract/task-outcome.ts';
import { readPlanHead, type TaskSpec } from './goal-record.ts';
import type { Ledger } from './ledger.ts';
import { moment, readFields, type Fields } from './record-fields.ts';
import { attemptsOf, outcomeOf, specsOf } from './task-results.ts';

/** @param isOver the goal has ended: a task that nobody ever let start is cancelled. */
function statusOf(fields: Fields, taskId: string, outcome: Outcome | null, isOver: boolean): TaskStatus {
  if (outcome) return outcome.status;
  if (isOver) return 'cancelled';
  if (fields[`startedAt:${taskId}`]) return 'running';
  return fields[`queuedAt:${taskId}`] ? 'queued' : 'pending';
}

/** The results of a list's items are shown by the sub-goal's tasks, and not here once more. */
function shownMetadata(outcome: Outcome | null, subGoal: SubGoal | null): Outcome['metadata'] {
  const { list, ...rest } = outcome?.metadata ?? {};
  return list === undefined || subGoal !== null ? rest : { ...rest, list };
}

function taskView(fields: Fields, spec: TaskSpec, isOver: boolean, subGoal: SubGoal | null): TaskView {
  const outcome = outcomeOf(fields, spec.id);
  return {
    id: spec.id,
    worker: spec.worker,
    status: statusOf(fields, spec.id, outcome, isOver),
    attempts: attemptsOf(fields, spec.id),
    startedAt: moment(fields[`startedAt:${spec.id}`]),
    finishedAt: moment(fields[`finishedAt:${spec.id}`]),
    output: outcome?.output ?? null,
    errors: outcome?.errors ?? [],
    usage: outcome?.usage ?? noUsage,
    reviews: outcome?.reviews ?? [],
    metadata: { ...(spec.item && { item: spec.item.text }), ...shownMetadata(outcome, subGoal) },
    subGoal,
  };
}

/** Tasks with the sub-goals that they were handed on as, and theirs. One that is forgotten is not shown. */
export async function taskViews(
  ledger: Ledger,
  fields: Fields,
  specs: readonly TaskSpec[],
  isOver: boolean,
): Promise<TaskView[]> {
  return Promise.all(
    specs.map(async (spec) => {
      const id = fields[`sub:${spec.id}`];
      return taskView(fields, spec, isOver, id === undefined ? null : await readSubGoal(ledger, id));
    }),
  );
}

async function readSubGoal(ledger: Ledger, id: string): Promise<SubGoal | null> {
  const keys = ledger.goal(id);
  const [{ status, plan, taskIds }, tasks] = await Promise.all([
    readFields(ledger, keys.goal, ['status', 'plan', 'taskIds']),
    ledger.redis.hgetall(keys.tasks),
  ]);
  if (!status) return null;
  const goalStatus = goalStatusSchema.parse(status);
  const head = readPlanHead(plan, taskIds);
  const specs = head ? specsOf(head.taskIds, tasks) : [];
  return { id, status: goalStatus, tasks: await taskViews(ledger, tasks, specs, isTerminal(goalStatus)) };
}
