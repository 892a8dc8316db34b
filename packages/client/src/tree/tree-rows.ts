import type { TaskProgress } from '../progress/goal-progress.ts';
import { placeTasks } from './task-order.ts';

export interface TreeRow {
  readonly task: TaskProgress;
  readonly level: number;
  /** Goals that it is within, besides the goal that is shown. */
  readonly depth: number;
}

/** The tasks as people read a tree, each followed by those of the goal that it was handed on as. */
export function treeRows(tasks: readonly TaskProgress[], level = 0, depth = 0): TreeRow[] {
  return placeTasks(tasks).flatMap(({ task, level: own }) => [
    { task, level: level + own, depth },
    ...(task.subGoal === null ? [] : treeRows(task.subGoal.tasks, level + own + 1, depth + 1)),
  ]);
}
