import { outcomeSchema, type Outcome } from '../contract/task-outcome.ts';
import type { PlanHead, TaskSpec } from './goal-record.ts';
import type { Ledger } from './ledger.ts';
import { readFields, type Fields } from './record-fields.ts';

function specOf(fields: Fields, taskId: string): TaskSpec | null {
  const json = fields[`spec:${taskId}`];
  return json === undefined ? null : (JSON.parse(json) as TaskSpec);
}

export function specsOf(taskIds: readonly string[], tasks: Fields): TaskSpec[] {
  return taskIds.map((taskId) => specOf(tasks, taskId)).filter((spec) => spec !== null);
}

export function outcomeOf(fields: Fields, taskId: string): Outcome | null {
  const json = fields[`outcome:${taskId}`];
  return json === undefined ? null : outcomeSchema.parse(JSON.parse(json));
}

/** Times that a worker has begun it, but for those that went on with an attempt. */
export function attemptsOf(fields: Fields, taskId: string): number {
  return Number(fields[`starts:${taskId}`] ?? 0) - Number(fields[`waits:${taskId}`] ?? 0);
}

export async function readTaskSpec(ledger: Ledger, goalId: string, taskId: string): Promise<TaskSpec | null> {
  const [spec = null] = await readTaskSpecs(ledger, goalId, [taskId]);
  return spec;
}

/** In the order given; a task without a spec is left out. */
export async function readTaskSpecs(
  ledger: Ledger,
  goalId: string,
  taskIds: readonly string[],
): Promise<TaskSpec[]> {
  const names = taskIds.map((id) => `spec:${id}`);
  return specsOf(taskIds, await readFields(ledger, ledger.goal(goalId).tasks, names));
}

/** Every task's spec and outcome, in the plan's order. */
export interface TaskResult {
  readonly task: TaskSpec;
  readonly outcome: Outcome | null;
}

export async function readTaskResults(ledger: Ledger, goalId: string, head: PlanHead): Promise<TaskResult[]> {
  const tasks = await ledger.redis.hgetall(ledger.goal(goalId).tasks);
  return specsOf(head.taskIds, tasks).map((task) => ({ task, outcome: outcomeOf(tasks, task.id) }));
}
