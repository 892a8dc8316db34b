import type { Evidence, GoalSeen } from '../evidence/evidence.ts';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { outcomeIn, retriedTasks } from './runs.ts';
import type { Violation } from './violation.ts';

const invariant = 'task-outcome';
const usable: ReadonlySet<string> = new Set(['succeeded', 'partial']);

/** One recorded outcome per task and run; nothing starts before what it depends on has ended, or after its own end. */
export function checkTaskOutcomes({ goals }: Evidence): Violation[] {
  return goals.flatMap((seen) =>
    messagesOf(seen).map((message) => ({ invariant, goalId: seen.goalId, message })),
  );
}

type PlannedTask = { readonly id: string; readonly dependencies: readonly string[] };

/** They tell of a plan that holds from then on. */
const plans: ReadonlySet<string> = new Set(['goal.planned', 'goal.replanned']);

function dependenciesOf(tasks: readonly PlannedTask[]): ReadonlyMap<string, readonly string[]> {
  return new Map(tasks.map(({ id, dependencies }) => [id, dependencies]));
}

function messagesOf({ goal, events }: GoalSeen): string[] {
  if (goal === null) return [];
  let dependencies = dependenciesOf(goal.plan?.tasks ?? []);
  const outcomes = new Map<string, string>();
  const messages: string[] = [];
  for (const event of events) {
    const { tasks } = event.data as { tasks?: readonly PlannedTask[] };
    if (tasks !== undefined && plans.has(event.event)) dependencies = dependenciesOf(tasks);
    for (const taskId of retriedTasks(event) ?? []) outcomes.delete(taskId);
    const ended = outcomeIn(event);
    const { taskId } = event.data;
    const missing = (dependencies.get(taskId ?? '') ?? []).filter((id) => !outcomes.has(id));
    if (event.event === 'task.started' && taskId !== undefined) {
      if (missing.length > 0)
        messages.push(`Task ${taskId} started (event ${event.id}) before ${missing.join(', ')} had ended.`);
      if (outcomes.has(taskId))
        messages.push(`Task ${taskId} started (event ${event.id}) after it was ${outcomes.get(taskId)}.`);
    }
    if (ended === null) continue;
    const earlier = outcomes.get(ended.taskId);
    if (earlier !== undefined)
      messages.push(`Task ${ended.taskId} was ${earlier} and then ${ended.status} (event ${event.id}).`);
    const unusable = (dependencies.get(ended.taskId) ?? []).filter(
      (id) => !usable.has(outcomes.get(id) ?? ''),
    );
    if (usable.has(ended.status) && unusable.length > 0) {
      messages.push(
        `Task ${ended.taskId} is ${ended.status} (event ${event.id}), though not so ${unusable.join(', ')}.`,
      );
    }
    outcomes.set(ended.taskId, ended.status);
  }
  if (isTerminal(goal.status)) messages.push(...differences(goal.tasks, outcomes));
  return messages;
}

function differences(
  tasks: readonly { readonly id: string; readonly status: string }[],
  outcomes: ReadonlyMap<string, string>,
): string[] {
  return tasks
    .filter(({ id, status }) => outcomes.get(id) !== status)
    .map(
      ({ id, status }) => `Task ${id} is ${status}, and by the events ${outcomes.get(id) ?? 'never ended'}.`,
    );
}
