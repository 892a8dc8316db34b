export interface GraphTask {
  readonly id: string;
  readonly dependencies: readonly string[];
}

export interface PlacedTask<Task> {
  readonly task: Task;
  /** 0 for a task that waits for nothing, else one more than the highest level it waits for. */
  readonly level: number;
}

/**
 * The tasks as people read a tree: each after all it waits for, and as soon after them as it can be. A dependency that no
 * task bears is ignored. Tasks in a circle, which no checked plan holds, are left out.
 */
export function placeTasks<Task extends GraphTask>(tasks: readonly Task[]): PlacedTask<Task>[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const dependents = new Map<string, Task[]>();
  const awaited = new Map<string, number>();
  for (const task of tasks) {
    const dependencies = task.dependencies.filter((id) => byId.has(id));
    awaited.set(task.id, dependencies.length);
    for (const id of dependencies) dependents.set(id, [...(dependents.get(id) ?? []), task]);
  }
  const levels = new Map<string, number>();
  const placed: PlacedTask<Task>[] = [];
  const next = tasks.filter(({ id }) => awaited.get(id) === 0).reverse();
  for (let task = next.pop(); task !== undefined; task = next.pop()) {
    const level = Math.max(0, ...task.dependencies.map((id) => (levels.get(id) ?? -1) + 1));
    levels.set(task.id, level);
    placed.push({ task, level });
    for (const dependent of (dependents.get(task.id) ?? []).toReversed()) {
      const left = (awaited.get(dependent.id) ?? 0) - 1;
      awaited.set(dependent.id, left);
      if (left === 0) next.push(dependent);
    }
  }
  return placed;
}
