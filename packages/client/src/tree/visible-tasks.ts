import type { TaskStatus } from '../contract/task-outcome.ts';
import type { TreeRow } from './tree-rows.ts';

export interface VisibleTasks {
  readonly shown: readonly TreeRow[];
  readonly hidden: readonly TreeRow[];
}

/** The lower, the sooner a task is shown where there is no room for all. */
const ranks: Readonly<Record<TaskStatus, number>> = {
  running: 0,
  failed: 1,
  partial: 1,
  skipped: 2,
  cancelled: 2,
  queued: 3,
  pending: 4,
  succeeded: 5,
};

/** As many tasks as there are rows, in their order: first what people would look for. One row is kept to count the rest. */
export function visibleTasks(tasks: readonly TreeRow[], rows: number): VisibleTasks {
  if (tasks.length <= rows) return { shown: tasks, hidden: [] };
  const byRank = [...tasks].sort((left, right) => ranks[left.task.status] - ranks[right.task.status]);
  const chosen = new Set(byRank.slice(0, Math.max(0, rows - 1)));
  return {
    shown: tasks.filter((placed) => chosen.has(placed)),
    hidden: tasks.filter((placed) => !chosen.has(placed)),
  };
}
