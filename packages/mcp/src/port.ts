import type { z } from 'zod';
import type { GoalEvent } from '@baton/shared/contract/event';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import type { goalRequestSchema } from '@baton/shared/contract/goal-request';
import type { GoalStatus } from '@baton/shared/contract/goal-status';

type GoalRequest = z.input<typeof goalRequestSchema>;
type GoalOptions = NonNullable<GoalRequest['options']>;

/** The options that an agent may set. */
export type NewGoalOptions = Pick<
  GoalOptions,
  | 'maxTasks'
  | 'workerTypes'
  | 'decomposition'
  | 'priority'
  | 'deadline'
  | 'approval'
  | 'reviewRounds'
  | 'judges'
  | 'maxReplans'
  | 'finishEarly'
  | 'taskTimeout'
  | 'cache'
  | 'budget'
  | 'taskBudget'
  | 'latency'
  | 'hedge'
  | 'singleFlight'
>;

export interface NewGoal extends Pick<GoalRequest, 'goal' | 'context' | 'recipe' | 'labels'> {
  readonly options?: NewGoalOptions | undefined;
}

export interface GoalQuery {
  readonly status?: GoalStatus | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Baton, as far as the tools need it; a client of `@baton/client` is one. Calls reject with a `Refusal` when Baton says no,
 * with any other error whose message says so when it can't be asked, and with the signal's reason when aborted.
 */
export interface Baton {
  readonly goals: {
    /** Makes one goal per key, however often it is called. */
    create(request: NewGoal, options?: CallOptions & { readonly idempotencyKey?: string }): Promise<Goal>;
    get(id: string, options?: CallOptions): Promise<Goal>;
    /** One page, newest first. */
    list(
      query?: GoalQuery,
      options?: CallOptions,
    ): Promise<{ items: GoalSummary[]; nextCursor: string | null }>;
    cancel(id: string, options?: CallOptions): Promise<Goal>;
    /** From the goal's first event; ends after the one that ends the goal. */
    stream(id: string, options?: CallOptions): AsyncIterable<GoalEvent>;
  };
}

/** What Baton says when it answers and refuses: a problem document, as an error. */
export interface Refusal extends Error {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** Ms, or null when trying again later would not help or nobody knows when. */
  readonly retryAfterMs: number | null;
}

export function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof Error &&
    'type' in error &&
    typeof error.type === 'string' &&
    'status' in error &&
    typeof error.status === 'number' &&
    'errors' in error &&
    Array.isArray(error.errors)
  );
}
