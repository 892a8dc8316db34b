import type { TerminalGoalStatus } from '../contract/goal-status.ts';
import type { ErrorPattern } from '../contract/analytics.ts';
import type { Scores } from '../contract/review.ts';
import type { OutcomeStatus } from '../contract/task-outcome.ts';

/** Digests of another version are made anew. */
export const DIGEST_VERSION = 1;

/** What judges said of a result, over all its versions. */
export interface DigestReview {
  /** Versions that were judged. */
  readonly rounds: number;
  /** Null without a verdict. */
  readonly firstPassed: boolean | null;
  readonly lastPassed: boolean | null;
  readonly scores: Scores | null;
}

/** Times in ms since the epoch; null for what never was. */
export interface DigestTask {
  /** With the sub-goal's before it, and a `/` between them, where it is of one. */
  readonly id: string;
  readonly worker: string;
  readonly status: OutcomeStatus;
  /** Times that a worker has begun it. */
  readonly attempts: number;
  /**
   * `put_back`: it went back to its queue to wait. `handed_on`: it was done as a goal, whose tasks are in the list too. `between`: no task,
   * but what Baton does before and after those.
   */
  readonly kind?: 'put_back' | 'handed_on' | 'between';
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Places in the goal's list. */
  readonly dependencies: readonly number[];
  /** Of what waits for the same slots the smallest goes first. */
  readonly due: number;
  readonly review?: DigestReview;
}

/** What went wrong, as often as it did with one task or with the goal. */
export interface Trouble {
  readonly kind: ErrorPattern['kind'];
  readonly cause: string;
  readonly message: string;
  readonly worker: string | null;
  readonly goalId: string;
  readonly taskId: string | null;
  readonly count: number;
  readonly recovered: boolean;
  /** ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What analytics need of a goal that has ended, without its texts. */
export interface GoalDigest {
  readonly version: typeof DIGEST_VERSION;
  readonly goalId: string;
  readonly status: TerminalGoalStatus;
  /** ms since the epoch. */
  readonly createdAt: number;
  /** When its last run began: it was created, or retried. */
  readonly begunAt: number;
  readonly finishedAt: number;
  readonly tasks: readonly DigestTask[];
  /** Of its answer. */
  readonly review?: DigestReview;
  readonly troubles: readonly Trouble[];
}

/** A digest of a goal as it stands, with what may change without it. */
export interface DigestedGoal {
  readonly digest: GoalDigest;
  readonly recipe: string | null;
  readonly feedback: readonly { readonly at: number; readonly score: number }[];
}
