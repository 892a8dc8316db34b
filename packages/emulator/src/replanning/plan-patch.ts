import type { PlannerReply } from '@baton/plan/plan';
import type { PlannedTask } from '../answer/prompt.ts';

export type NewTask = PlannerReply['tasks'][number];

/** A change to the rest of a plan. */
export interface PlanPatch {
  readonly analysis: string;
  readonly drop: readonly string[];
  readonly replace: readonly NewTask[];
  readonly add: readonly NewTask[];
}

/** A task as a patch tells it. */
export function plain(task: PlannedTask): NewTask {
  const { id, worker, description, requirements, dependencies, priority, complexity } = task;
  return {
    id,
    worker,
    description,
    requirements: [...requirements],
    dependencies: [...dependencies],
    priority,
    complexity,
  };
}
