import type { GoalSummary } from './goal.ts';
import type { Problem } from './problem.ts';

/** What became of one goal of a batch: as if it had been sent alone. */
export interface GoalBatchItem {
  /** Its place in the request, from 0. */
  index: number;
  /** 202 accepted, 200 an earlier goal of the same idempotency key, else the problem's. */
  status: number;
  goal: GoalSummary | null;
  problem: Problem | null;
}
