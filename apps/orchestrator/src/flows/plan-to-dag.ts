import type { Dag, DagNode } from '@baton/dag-flow/dag';
import { MAX_TASKS, type Task } from '@baton/plan/plan';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import type { GoalFacts } from '@baton/shared/ledger/goal-record';
import type { TraceText } from '@baton/shared/telemetry/trace-carrier';
import { jobPriority, type Urgency } from './job-priority.ts';
import { RUN_OPTIONS } from './job-options.ts';
import {
  ASSESSMENT_QUEUE,
  CONTROL_QUEUE,
  SYNTHESIS_QUEUE,
  taskQueue,
  type AssessmentJob,
  type SynthesisJob,
  type TaskJob,
} from '@baton/shared/contract/queues';

/** Begins the id of every job of a goal's rev. */
export function runId(goalId: string, rev: number): string {
  return `${goalId}.${rev}`;
}

export interface PlannedRun extends Urgency {
  readonly goalId: string;
  readonly rev: number;
  readonly tasks: readonly Task[];
  /** It may end once its tasks of high priority have. */
  readonly finishEarly: boolean;
  /** Where in a trace its work belongs. */
  readonly trace?: TraceText | null;
}

/** What a run has of its goal. */
export function runSettings({
  options,
  acceptedAt,
  trace,
}: Pick<GoalFacts, 'options' | 'acceptedAt' | 'trace'>): Pick<
  PlannedRun,
  'priority' | 'acceptedAt' | 'finishEarly' | 'trace'
> {
  return {
    priority: options.priority,
    acceptedAt,
    finishEarly: options.finishEarly ?? false,
    trace,
  };
}

/** The node that asks whether the goal may finish early; no task's id has a colon. */
const ASSESSMENT = ':assessment';
/** Nodes that a run has at the most: its tasks and the assessment. */
export const MOST_NODES = MAX_TASKS + 1;

/** The tasks of high priority, where there are others that none of them needs: what could be left out. */
function judgedEarly(tasks: readonly Task[]): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const high = tasks.filter(({ priority }) => priority === 'high').map(({ id }) => id);
  const needed = new Set(high);
  for (const id of needed) for (const dependency of byId.get(id)?.dependencies ?? []) needed.add(dependency);
  return needed.size < tasks.length ? high : [];
}

/**
 * The DAG of a run: a node per task, and the synthesis at its root, which waits for the assessment too, where there is one. Jobs
 * hold references; the texts are in the ledger.
 */
export function planToDag({ goalId, rev, tasks, priority, acceptedAt, finishEarly }: PlannedRun): Dag {
  const nodes = tasks.map((task): DagNode => {
    const data: TaskJob = { goalId, rev, taskId: task.id };
    return {
      id: task.id,
      name: task.id,
      // A task that is done once per item is handed on as a goal, like one that is a project.
      queue: taskQueue(task.forEach === undefined ? task.worker : orchestrator.type),
      data,
      priority: jobPriority(priority, task.priority, acceptedAt),
      dependencies: task.dependencies,
      options: RUN_OPTIONS,
    };
  });
  const data: SynthesisJob = { goalId, rev };
  const judged = finishEarly ? judgedEarly(tasks) : [];
  if (judged.length > 0) {
    nodes.push({
      id: ASSESSMENT,
      name: 'assessment',
      queue: ASSESSMENT_QUEUE,
      data: { goalId, rev } satisfies AssessmentJob,
      priority: jobPriority(priority, 'high', acceptedAt),
      dependencies: judged,
      options: RUN_OPTIONS,
    });
  }
  return {
    id: runId(goalId, rev),
    nodes,
    root: {
      name: 'synthesis',
      queue: SYNTHESIS_QUEUE,
      data,
      priority: jobPriority(priority, 'high', acceptedAt),
      options: RUN_OPTIONS,
    },
    controlQueue: CONTROL_QUEUE,
  };
}
