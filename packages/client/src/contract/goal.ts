import type { GoalStatus, TerminalGoalStatus } from './goal-status.ts';
import type { PlanView } from './plan.ts';
import type { Review } from './review.ts';
import type { TaskStatus, Usage } from './task-outcome.ts';

export interface TaskView {
  id: string;
  worker: string;
  status: TaskStatus;
  /** Times that a worker has begun it; waiting for a limit, a budget or a batch is none. */
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  output: string | null;
  /** Why it is not (wholly) a success, in sentences for people. */
  errors: string[];
  usage: Usage;
  /** Of each version of the output, in order. */
  reviews: Review[];
  /** Facts about its run, such as what was trimmed from its prompt. */
  metadata: Record<string, unknown>;
  subGoal: SubGoal | null;
}

/** The goal that a task was handed on as: one with a plan of its own, or one task per item of a list. */
export interface SubGoal {
  id: string;
  status: GoalStatus;
  tasks: TaskView[];
}

/** A task that the answer names as the source of what it says, in square brackets. */
export interface Citation {
  taskId: string;
  description: string;
}

/** The plan was made for an earlier goal. */
export interface PlanCache {
  /** The earlier goal had the same text, or the same but for case, spaces and the point at its end. */
  match: 'exact' | 'normalised';
  /** Calls that the plan took when it was made, and that were not made again. */
  savedCalls: number;
}

/** An end that the goal has had. */
export interface GoalResult {
  rev: number;
  status: TerminalGoalStatus;
  finishedAt: string;
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

/** A goal in a list: all but its plan, tasks and output, and what was said of them. Times are ISO 8601, in UTC. */
export interface GoalSummary {
  id: string;
  status: GoalStatus;
  goal: string;
  /** Counts the runs of the plan: each retry and each change of the plan is one more. */
  rev: number;
  /** The task that this goal carries out, or null. */
  parent: { goalId: string; taskId: string } | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** True when any part of the answer came from the emulator instead of a model. */
  simulated: boolean;
  /** Why the goal ended before all its tasks had, when it was asked to; else null. */
  finishedEarly: string | null;
  planCache: PlanCache | null;
  /** Times that its plan was changed after a task had failed for good. */
  replans: number;
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
  /** Tasks that the answer cites, in the order of their first mention. */
  citations: Citation[];
  /** Of each version of the answer, in order. */
  reviews: Review[];
  /** Every end that the goal has had, the oldest first. */
  results: GoalResult[];
  /** The version of the prompt of each role. */
  prompts: Record<string, string>;
  /** The oldest first. */
  feedback: Feedback[];
}

export interface GoalPage {
  /** Newest first. */
  items: GoalSummary[];
  /** Null on the last page. */
  nextCursor: string | null;
}
