import { z } from 'zod';
import { terminalGoalStatuses } from './goal-status.ts';

const moment = z.iso.datetime();

export const deliveryAttemptSchema = z.object({
  at: moment,
  outcome: z.enum(['delivered', 'failed', 'given_up']),
  /** The receiver's, where it answered. */
  status: z.int().nullable(),
  /** Why it counts as failed. */
  error: z.string().nullable(),
  /** Its duration. */
  ms: z.int(),
});

/** One message to a goal's webhook: one per end of the goal. */
export const deliverySchema = z.object({
  /** The message's `webhook-id`. */
  id: z.string(),
  type: z.enum(terminalGoalStatuses.map((status) => `goal.${status}` as const)),
  at: moment,
  /** `disabled`: an earlier message was answered with 410, so this one was never sent. */
  status: z.enum(['pending', 'delivered', 'given_up', 'disabled']),
  /** When it is tried next, while it is pending. */
  nextAttemptAt: moment.nullable(),
  /** All of them, also those that are not shown any more. */
  attemptCount: z.int(),
  /** The oldest first; at most 50. */
  attempts: z.array(deliveryAttemptSchema),
});
export type Delivery = z.infer<typeof deliverySchema>;
