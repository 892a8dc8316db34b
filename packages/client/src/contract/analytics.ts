import type { TerminalGoalStatus } from './goal-status.ts';
import type { Scores } from './review.ts';

export interface AnalyticsQuery {
  /** The first day, as `2026-03-02`, in UTC; six days before the last one unless given. */
  readonly from?: string | undefined;
  /** The last day; today unless given. */
  readonly to?: string | undefined;
  /** Only goals of this recipe. */
  readonly recipe?: string | undefined;
  /** Only goals with all of these labels. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Each is a value that was there. */
export interface Percentiles {
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

export interface TaskDistribution {
  workerType: string;
  tasks: number;
  outcomes: Record<'succeeded' | 'partial' | 'failed' | 'skipped' | 'cancelled', number>;
  /** Tasks by how often a worker has begun them, and the most of one. */
  attempts: { none: number; one: number; two: number; more: number; most: number };
  /** Tasks that went back to their queue to wait for a limit, an outage or a batch. */
  putBack: number;
  /** From when all that they waited for had ended to their first start. */
  waitSeconds: Percentiles | null;
  /** From their first start to their end. */
  seconds: Percentiles | null;
}

export interface SlotTime {
  workerType: string;
  slotSeconds: number;
  busySeconds: number;
  share: number | null;
}

/** When the hour or the day (UTC) begins. */
export interface SlotTimeAt extends SlotTime {
  at: string;
}

/** Of all tenants' tasks: workers are shared. */
export interface Utilisation {
  scope: 'fleet';
  by: 'hour' | 'day';
  total: SlotTime[];
  items: SlotTimeAt[];
}

/** What so many more slots of a worker type would have saved, as simulated. */
export interface SlotSaving {
  slots: number;
  goalSeconds: number;
  /** Of a goal in the mean; may be below 0. */
  savedSeconds: number;
  savedShare: number;
}

export interface Bottleneck {
  /** That goals waited longest for; null when they waited for none. */
  workerType: string | null;
  goals: number;
  seconds: number;
  /** Time on critical paths; a role of Baton itself has a colon before it. */
  items: {
    workerType: string;
    waitSeconds: number;
    runSeconds: number;
    waitShare: number;
    runShare: number;
    goals: number;
  }[];
  simulation: {
    goals: number;
    tasks: number;
    /** Means: as it was, as simulated with the slots that there were, and with a slot for every task. */
    recordedGoalSeconds: number;
    goalSeconds: number;
    unlimitedGoalSeconds: number;
    workerTypes: { workerType: string; slots: number; more: SlotSaving[] }[];
  } | null;
}

/** What went wrong for one reason. */
export interface ErrorPattern {
  kind: 'task_failed' | 'task_partial' | 'task_skipped' | 'call_retried' | 'goal_failed';
  /** Stable, for programs. */
  cause: string;
  /** Without what differs from one time to the next. */
  message: string;
  count: number;
  /** Of which the task, or the goal, succeeded in the end. */
  recovered: number;
  recoveredShare: number;
  workerTypes: string[];
  goals: number;
  examples: { goalId: string; taskId: string | null }[];
  firstSeenAt: string;
  lastSeenAt: string;
}

export interface ReviewScores {
  /** Or `:synthesis`. */
  workerType: string;
  reviewed: number;
  judged: number;
  passShare: number | null;
  firstPassShare: number | null;
  rounds: number;
  scores: Scores | null;
}

export interface FeedbackTotals {
  count: number;
  mean: number | null;
  /** Of five parts of equal width, the lowest first. */
  distribution: number[];
}

export interface ReviewScoresOfDay extends ReviewScores {
  day: string;
}

export interface FeedbackOfDay extends FeedbackTotals {
  day: string;
}

export interface FeedbackOfRecipe extends FeedbackTotals {
  recipe: string | null;
}

/** How goals went, over those of a tenant that have ended and are still kept. */
export interface AnalyticsReport {
  from: string;
  to: string;
  recipe: string | null;
  labels: Record<string, string>;
  goals: {
    considered: number;
    most: number;
    hasMore: boolean;
    open: number;
    oldestCreatedAt: string | null;
    statuses: Record<TerminalGoalStatus, number>;
    seconds: Percentiles | null;
  };
  tasks: TaskDistribution[];
  utilisation: Utilisation;
  bottleneck: Bottleneck;
  errors: { items: ErrorPattern[]; hasMore: boolean };
  reviews: { total: ReviewScores[]; items: ReviewScoresOfDay[] };
  feedback: {
    total: FeedbackTotals;
    items: FeedbackOfDay[];
    recipes: FeedbackOfRecipe[];
  };
  warnings: string[];
}
