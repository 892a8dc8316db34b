import type { Budget } from './budget.ts';
import type { GoalStatus } from './goal-status.ts';
import type { NewPlan, PlanningOptions, Priority } from './plan.ts';

export interface NewGoalOptions extends PlanningOptions {
  /** Of its tasks in the queues; `medium` unless given. */
  readonly priority?: Priority | undefined;
  /** The plan waits for `approve` or `reject`. */
  readonly approval?: boolean | undefined;
  /** From the goal's acceptance to its end, such as "10m"; the server's own unless given. */
  readonly deadline?: string | undefined;
  /** How often a result that the judges don't let pass is revised: 0 to 5; 0: nothing is judged. The server's own unless given. */
  readonly reviewRounds?: number | undefined;
  /** Judges of each result, more than half of whom must let it pass: 1 to 5; 1 unless given. */
  readonly judges?: number | undefined;
  /** How often the plan may be changed after a task has failed for good: 0 to 5; 0 unless given. */
  readonly maxReplans?: number | undefined;
  /** Ends once the outcomes of high priority suffice, by a judge's word. */
  readonly finishEarly?: boolean | undefined;
  /** `read` takes the plan of an earlier, same goal, and keeps a new one; `write` plans anew and keeps it; `off` unless given. */
  readonly cache?: 'off' | 'read' | 'write' | undefined;
  /** What the goal may spend, its sub-goals included. */
  readonly budget?: Budget | undefined;
  /** What each task may spend, reviews and revisions included. */
  readonly taskBudget?: Budget | undefined;
  /** `relaxed`: every call goes through batches, at half the price and within a day; `normal` unless given. */
  readonly latency?: 'normal' | 'relaxed' | undefined;
  /** A call that is slower than 95 of 100 of its kind is made a second time; the first answer counts. */
  readonly hedge?: boolean | undefined;
  /** Calls of tasks that are the same as one under way for the same tenant share that one's answer. */
  readonly singleFlight?: boolean | undefined;
}

/** What `goals.create` takes; only `goal` is required. */
export interface NewGoal {
  /** What is to be achieved: 1 to 32,768 characters. */
  readonly goal: string;
  /** Material for it. */
  readonly context?: string | Readonly<Record<string, unknown>> | undefined;
  /** The name of a preset for this kind of goal. */
  readonly recipe?: string | null | undefined;
  /** Runs in place of one that a model makes. */
  readonly plan?: NewPlan | null | undefined;
  readonly options?: NewGoalOptions | undefined;
  /** Told once the goal has ended. */
  readonly webhook?: { readonly url: string } | null | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface GoalListQuery {
  readonly status?: GoalStatus | undefined;
  /** Labels that a goal must all have. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Goals on a page: 1 to 100; 20 unless given. */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}
