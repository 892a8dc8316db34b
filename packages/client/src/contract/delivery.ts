import type { TerminalGoalStatus } from './goal-status.ts';

export interface DeliveryAttempt {
  at: string;
  outcome: 'delivered' | 'failed' | 'given_up';
  /** The receiver's, where it answered. */
  status: number | null;
  /** Why it counts as failed. */
  error: string | null;
  /** Its duration. */
  ms: number;
}

/** One message to a goal's webhook: one per end of the goal. */
export interface Delivery {
  /** The message's `webhook-id`. */
  id: string;
  type: `goal.${TerminalGoalStatus}`;
  at: string;
  /** `disabled`: an earlier message was answered with 410, so this one was never sent. */
  status: 'pending' | 'delivered' | 'given_up' | 'disabled';
  /** When it is tried next, while it is pending. */
  nextAttemptAt: string | null;
  /** All of them, also those that are not shown any more. */
  attemptCount: number;
  /** The oldest first; at most 50. */
  attempts: DeliveryAttempt[];
}
