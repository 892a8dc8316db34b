import type { Task } from './plan.ts';

/** Per task how many of a plan are done by the same worker type and model tier, itself counted: their prompts begin alike. */
export function tasksAlike(
  tasks: readonly Pick<Task, 'id' | 'worker' | 'complexity'>[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(kindOf(task), (counts.get(kindOf(task)) ?? 0) + 1);
  return new Map(tasks.map((task) => [task.id, counts.get(kindOf(task)) ?? 1]));
}

/** The tier follows from the complexity, as `tierFor` has it. */
function kindOf({ worker, complexity }: Pick<Task, 'worker' | 'complexity'>): string {
  return `${worker} ${complexity}`;
}
