import type { Budget } from './budget.ts';
import type { Forecast } from './forecast.ts';
import type { Usage } from './task-outcome.ts';

export type Priority = 'high' | 'medium' | 'low';
export type Complexity = 'low' | 'medium' | 'high';

export interface PlannedTask {
  /** A letter, then at most 63 letters, digits, "_" or "-"; unique in its plan. */
  id: string;
  /** The worker type that runs it. */
  worker: string;
  description: string;
  requirements: string[];
  /** Ids of the tasks that must end before this one starts. */
  dependencies: string[];
  priority: Priority;
  complexity: Complexity;
  /** What it does for the goal. */
  why?: string | undefined;
  /** What it should look at above all. */
  focus?: string | undefined;
  /** The free name of the expertise or manner in which a custom task is done. */
  approach?: string | undefined;
  /** The dependency whose output is a list: the task is done once for each item of it. */
  forEach?: string | undefined;
  /** `relaxed`: its calls go through batches, at half the price and within a day. */
  latency?: 'normal' | 'relaxed' | undefined;
}

/** A plan as Baton shows it. `direct`: the goal was answered without tasks. */
export interface PlanView {
  mode: 'plan' | 'direct';
  analysis: string;
  tasks: PlannedTask[];
}

export interface NewTask {
  readonly id: string;
  readonly worker: string;
  readonly description: string;
  readonly requirements?: readonly string[] | undefined;
  readonly dependencies?: readonly string[] | undefined;
  readonly priority?: Priority | undefined;
  readonly complexity?: Complexity | undefined;
  readonly why?: string | undefined;
  readonly focus?: string | undefined;
  readonly approach?: string | undefined;
  readonly forEach?: string | undefined;
  /** `relaxed`: its calls go through batches, at half the price and within a day; the goal's own unless given. */
  readonly latency?: 'normal' | 'relaxed' | undefined;
}

/** A plan as a client may send it, such as one that was read: all but a task's id, worker and description has a default. */
export interface NewPlan {
  readonly mode?: 'plan' | undefined;
  readonly analysis?: string | undefined;
  readonly tasks: readonly NewTask[];
}

/** `dynamic`: any task; `constrained`: known worker types only; `hybrid`: these and at most one custom task. */
export type Decomposition = 'dynamic' | 'constrained' | 'hybrid';

/** What a plan is held to. */
export interface PlanningOptions {
  /** Of a planned goal 20 unless given; of a given plan only what is given. At most 1,000. */
  readonly maxTasks?: number | undefined;
  /** All unless given. */
  readonly workerTypes?: readonly string[] | undefined;
  /** `hybrid` unless given. */
  readonly decomposition?: Decomposition | undefined;
  /** That each task may take, such as "5m". */
  readonly taskTimeout?: string | undefined;
}

/** What a plan is held to, and what changes what running it takes. */
export interface ForecastOptions extends PlanningOptions {
  /** The forecast then tells what it would do to the plan. */
  readonly budget?: Budget | undefined;
  readonly taskBudget?: Budget | undefined;
  readonly reviewRounds?: number | undefined;
  readonly judges?: number | undefined;
  readonly latency?: 'normal' | 'relaxed' | undefined;
}

/** What `plans.create` takes; only `goal` is required. */
export interface NewPlanRequest {
  readonly goal: string;
  readonly context?: string | Readonly<Record<string, unknown>> | undefined;
  readonly recipe?: string | null | undefined;
  readonly options?: ForecastOptions | undefined;
}

/** A plan that nothing runs. With `mode` "direct" the goal needs none, and `answer` holds what it would be answered. */
export interface DryRun extends PlanView {
  answer: string | null;
  /** True when the plan came from the emulator instead of a model. */
  simulated: boolean;
  /** Of making the plan. */
  usage: Usage;
  /** What running the plan would take; null with `mode` "direct". */
  forecast: Forecast | null;
}

export type PlanLaw =
  | 'schema'
  | 'task_limit'
  | 'unique_ids'
  | 'known_workers'
  | 'decomposition'
  | 'known_dependencies'
  | 'no_self_dependency'
  | 'no_duplicate_dependency'
  | 'no_cycle'
  | 'for_each'
  | 'implicit_dependency'
  | 'no_overlap';

export interface PlanViolation {
  law: PlanLaw;
  /** The place in the plan, such as `tasks[2].dependencies[0]`; '' for the plan as a whole. */
  path: string;
  taskId: string | null;
  /** What is wrong, where, and the remedy. */
  message: string;
}

export interface PlanCheck {
  valid: boolean;
  violations: PlanViolation[];
}
