import type { TerminalGoalStatus } from '../contract/goal-status.ts';

/** What a goal's webhook is told: that the goal ended, how, and where to read more. */
export interface WebhookMessage {
  /** The `webhook-id`: a message that comes twice has the same one. */
  id: string;
  type: `goal.${TerminalGoalStatus}`;
  /** When the goal ended, as an ISO date. */
  timestamp: string;
  data: {
    /** The goal's. */
    id: string;
    status: TerminalGoalStatus;
    /** Paths on the server that took the goal. */
    links: { self: string; events: string };
  };
}
