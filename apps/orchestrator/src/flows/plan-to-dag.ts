import type { Dag, DagNode } from '@baton/dag-flow/dag';
import type { Priority, Task } from '@baton/plan/plan';
import { RUN_OPTIONS } from './job-options.ts';
import {
  CONTROL_QUEUE,
  SYNTHESIS_QUEUE,
  taskQueue,
  type SynthesisJob,
  type TaskJob,
} from '@baton/shared/contract/queues';

const rank: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 2 };

/** BullMQ's priority of a task's job, 1 (first) to 9: the goal's priority, then the task's own. */
export function jobPriority(goal: Priority, task: Priority): number {
  return rank[goal] * 3 + rank[task] + 1;
}

/** Begins the id of every job of a goal's rev. */
export function runId(goalId: string, rev: number): string {
  return `${goalId}.${rev}`;
}

export interface PlannedRun {
  readonly goalId: string;
  readonly rev: number;
  readonly priority: Priority;
  readonly tasks: readonly Task[];
}

/** The DAG of a run: a node per task, and the synthesis at its root. Jobs hold references; the texts are in the ledger. */
export function planToDag({ goalId, rev, priority, tasks }: PlannedRun): Dag {
  const nodes = tasks.map((task): DagNode => {
    const data: TaskJob = { goalId, rev, taskId: task.id };
    return {
      id: task.id,
      name: task.id,
      queue: taskQueue(task.worker),
      data,
      priority: jobPriority(priority, task.priority),
      dependencies: task.dependencies,
      options: RUN_OPTIONS,
    };
  });
  const data: SynthesisJob = { goalId, rev };
  return {
    id: runId(goalId, rev),
    nodes,
    root: {
      name: 'synthesis',
      queue: SYNTHESIS_QUEUE,
      data,
      priority: jobPriority(priority, 'high'),
      options: RUN_OPTIONS,
    },
    controlQueue: CONTROL_QUEUE,
  };
}
