import type { Usage } from './task-outcome.ts';

export interface GoalCallQuery {
  /** 1 to 100; 100 unless given. */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** One answered model call of a goal. */
export interface GoalCall {
  /** Counts the goal's answers from 1. */
  number: number;
  at: string;
  /** Null for a call of one of Baton's own roles. */
  taskId: string | null;
  /** Null for a call of a task. */
  role: 'planner' | 'replanner' | 'synthesis' | 'assessor' | null;
  /** Which call of it: `call-1`, `review-1.2`, `revision-1.call-1`, … */
  step: string;
  /** 1 for the first wording of the request, one more for each repair. */
  attempt: number;
  /** Times that the goal had been retried. */
  retries: number;
  model: string;
  stopReason: string;
  requestId: string | null;
  simulated: boolean;
  batched: boolean;
  /** It is the answer of another call, which has paid for it. */
  borrowed: boolean;
  usage: Omit<Usage, 'possiblyRepeatedCalls'>;
}

/** The oldest first. */
export interface GoalCallPage {
  items: GoalCall[];
  /** Null on the last page. */
  nextCursor: string | null;
}
