import type { GoalStatus } from './goal-status.ts';
import type { PlanView } from './plan.ts';
import type { TaskStatus, Usage } from './task-outcome.ts';

export interface TaskView {
  id: string;
  worker: string;
  status: TaskStatus;
  /** Times a worker has started it. */
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  output: string | null;
  /** Why it is not (wholly) a success, in sentences for people. */
  errors: string[];
  usage: Usage;
}

/** What the answer of a goal lacks. */
export interface Missing {
  taskId: string;
  reason: string;
}

export interface GoalError {
  /** Stable, for programs: `plan_invalid`, `plan_rejected`, `model_error`, `no_result`, … */
  type: string;
  message: string;
  violations?: readonly { path: string; taskId: string | null; message: string }[] | undefined;
}

export interface Feedback {
  at: string;
  /** From 0 (useless) to 1 (all that was wanted). */
  score: number;
  comment: string | null;
}

/** A goal in a list: all but its plan, tasks, output and feedback. Times are ISO 8601, in UTC. */
export interface GoalSummary {
  id: string;
  status: GoalStatus;
  goal: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** True when any part of the answer came from the emulator instead of a model. */
  simulated: boolean;
  /** What the answer lacks, once the goal has ended. */
  missing: Missing[];
  usage: Usage;
  error: GoalError | null;
  labels: Record<string, string>;
  links: { self: string; events: string; dashboard: string | null };
}

export interface Goal extends GoalSummary {
  plan: PlanView | null;
  tasks: TaskView[];
  /** The answer, as markdown. */
  output: string | null;
  /** The oldest first. */
  feedback: Feedback[];
}

export interface GoalPage {
  /** Newest first. */
  items: GoalSummary[];
  /** Null on the last page. */
  nextCursor: string | null;
}
