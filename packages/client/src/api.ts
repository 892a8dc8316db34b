import type { Delivery } from './contract/delivery.ts';
import type { GoalEvent } from './contract/event.ts';
import type { RecipeView, Stats, WorkerTypeView } from './contract/fleet.ts';
import type { GoalBatchItem } from './contract/goal-batch.ts';
import type { GoalCall, GoalCallPage, GoalCallQuery } from './contract/goal-calls.ts';
import type { GoalListQuery, NewGoal } from './contract/goal-request.ts';
import type { Goal, GoalPage, GoalSummary } from './contract/goal.ts';
import type { DryRun, NewPlan, NewPlanRequest, PlanCheck, PlanningOptions } from './contract/plan.ts';
import type { AnalyticsQuery, AnalyticsReport } from './contract/analytics.ts';
import type { UsageQuery, UsageReport } from './contract/usage-report.ts';

export interface CallOptions {
  /** Ends the call at once, also while it waits to be sent again; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Longest that one attempt may take, in ms; then it counts as a lost connection. A minute unless given, for a plan ten. */
  readonly timeoutMs?: number | undefined;
  /** Of W3C Trace Context: the span of the caller, which what Baton does goes on from where it traces. */
  readonly traceparent?: string | undefined;
  /** Goes with `traceparent`. */
  readonly tracestate?: string | undefined;
}

export interface CreateOptions extends CallOptions {
  /** 1 to 255 printable ASCII characters; made for each call unless given. The server keeps it for 24 hours. */
  readonly idempotencyKey?: string | undefined;
}

export interface CreateGoalOptions extends CreateOptions {
  /** Waits this long for the goal's end before resolving, in whole seconds; the server waits a minute at the most. */
  readonly waitSeconds?: number | undefined;
}

export interface StreamOptions {
  /** The id of the last event already known; without it the stream begins with the goal's first. */
  readonly lastEventId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OutputOptions extends CallOptions {
  /** The run of the plan of which the answer is wanted: one of the goal's `results`; the latest unless given. */
  readonly rev?: number | undefined;
}

export interface Approval extends CallOptions {
  /** Takes the place of the plan that waits. */
  readonly plan?: NewPlan | null | undefined;
}

export interface Rejection extends CallOptions {
  readonly reason?: string | null | undefined;
}

export interface NewFeedback extends CallOptions {
  /** From 0 (useless) to 1 (all that was wanted). */
  readonly score: number;
  readonly comment?: string | null | undefined;
}

/**
 * Every call rejects with a `BatonError` when Baton refuses, a `ConnectionError` when it can't be asked, and the
 * signal's reason when aborted. What may pass is tried again, `maxRetries` times: any call after 408, 429 and a
 * connection that was never made; those that may be repeated, which are all but `approve`, `retry`, `feedback` and
 * `plans.create`, also after 500, 502, 503, 504 and a lost connection.
 */
export interface BatonClient {
  readonly goals: {
    /** Resolves once the goal can not be lost; it is made once, however often the request had to be sent. */
    create(request: NewGoal, options?: CreateGoalOptions): Promise<Goal>;
    /** Up to 1,000 goals, each accepted or refused by itself; in the order of `requests`. */
    createBatch(requests: readonly NewGoal[], options?: CreateOptions): Promise<GoalBatchItem[]>;
    get(id: string, options?: CallOptions): Promise<Goal>;
    /** One page, newest first. */
    list(query?: GoalListQuery, options?: CallOptions): Promise<GoalPage>;
    /** All pages, newest first, each read when the one before is used up. */
    listAll(query?: GoalListQuery, options?: CallOptions): AsyncGenerator<GoalSummary, void>;
    /** 409 when the goal has ended. */
    cancel(id: string, options?: CallOptions): Promise<Goal>;
    /** Runs again what failed, was skipped or was cancelled; 409 while the goal goes on, or when it succeeded. */
    retry(id: string, options?: CallOptions): Promise<Goal>;
    /** Lets the plan that waits run, or the given one in its place; 409 unless the goal awaits approval. */
    approve(id: string, approval?: Approval): Promise<Goal>;
    /** Ends the goal `cancelled`, with the error `plan_rejected`; 409 unless it awaits approval. */
    reject(id: string, rejection?: Rejection): Promise<Goal>;
    /** 409 while the goal goes on. */
    feedback(id: string, feedback: NewFeedback): Promise<Goal>;
    /** The answer as markdown, of an earlier run where `rev` names one; 409 while there is none, 404 for a run without one. */
    output(id: string, options?: OutputOptions): Promise<string>;
    /** Events as they happen, across dropped connections; ends after the terminal one of the goal's last run. */
    stream(id: string, options?: StreamOptions): AsyncGenerator<GoalEvent, void>;
    /** The goal, once it has ended. */
    wait(id: string, options?: CallOptions): Promise<Goal>;
    /** What its webhook was told, the oldest first. */
    deliveries(id: string, options?: CallOptions): Promise<Delivery[]>;
    /** Its answered model calls and what each used: one page, the oldest first. Those of a sub-goal are listed with the sub-goal. */
    calls(id: string, query?: GoalCallQuery, options?: CallOptions): Promise<GoalCallPage>;
    /** All pages, each read when the one before is used up. */
    allCalls(id: string, options?: CallOptions): AsyncGenerator<GoalCall, void>;
  };
  readonly plans: {
    /** Makes a plan and runs nothing. A model is asked. */
    create(request: NewPlanRequest, options?: CallOptions): Promise<DryRun>;
    /** Names every law that a plan breaks; no model is asked. */
    validate(plan: unknown, planning?: PlanningOptions, options?: CallOptions): Promise<PlanCheck>;
  };
  readonly workerTypes: { list(options?: CallOptions): Promise<WorkerTypeView[]> };
  readonly recipes: { list(options?: CallOptions): Promise<RecipeView[]> };
  readonly usage: {
    /** What the tenant's calls have used and cost. */
    get(query?: UsageQuery, options?: CallOptions): Promise<UsageReport>;
    /** The same rows as CSV, a heading first. */
    csv(query?: UsageQuery, options?: CallOptions): Promise<string>;
  };
  /** How the tenant's goals went. */
  readonly analytics: { get(query?: AnalyticsQuery, options?: CallOptions): Promise<AnalyticsReport> };
  readonly stats: { get(options?: CallOptions): Promise<Stats> };
}
