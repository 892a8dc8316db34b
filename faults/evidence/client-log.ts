import type { GoalEvent } from '@baton/shared/contract/event';
import type { GoalStatus } from '@baton/shared/contract/goal-status';

/** A goal request as a scenario sends it. No two goals of a run have the same text: it is what their model calls are known by. */
export interface GoalToSubmit {
  readonly goal: string;
  readonly webhook?: { readonly url: string };
  readonly [field: string]: unknown;
}

export type SubmitAnswer =
  /** `isReplay`: with 200, as what an earlier one of the same key has made. */
  | { readonly kind: 'accepted'; readonly goalId: string; readonly isReplay: boolean }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: string }
  /** The connection broke, or nothing came: the goal may exist. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Times are ms since the epoch. */
export interface Submission {
  readonly request: GoalToSubmit;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Of several that were sent, the last one. */
  readonly answer: SubmitAnswer;
  /** With an Idempotency-Key: the answer to each time that it was sent. */
  readonly keyed?: readonly SubmitAnswer[];
}

export interface Action {
  readonly goalId: string;
  readonly what: 'cancel' | 'retry';
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Null when the connection broke: it may have been done. */
  readonly status: number | null;
}

/** What a goal's status was said to be. */
export interface Sighting {
  readonly goalId: string;
  readonly at: number;
  readonly status: GoalStatus;
}

/** One connection of a reader to a goal's event stream. */
export interface StreamConnection {
  readonly openedAt: number;
  /** The `Last-Event-ID` it was opened with. */
  readonly after: string | null;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly events: readonly GoalEvent[];
  /** `whole`: the server ended it. */
  readonly ended: 'whole' | 'broken' | 'silent' | 'left';
}

/** All that one reader saw of one goal's events, over its reconnects. */
export interface ReaderLog {
  readonly goalId: string;
  readonly connections: readonly StreamConnection[];
}

export interface ClientLog {
  readonly submissions: readonly Submission[];
  readonly actions: readonly Action[];
  readonly sightings: readonly Sighting[];
  readonly readers: readonly ReaderLog[];
}
