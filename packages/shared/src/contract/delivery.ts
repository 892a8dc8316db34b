import { z } from 'zod';
import { webhookMessageSchema } from './webhook-message.ts';

const moment = z.iso.datetime();

export const deliveryAttemptSchema = z.object({
  at: moment,
  outcome: z.enum(['delivered', 'failed', 'given_up']),
  status: z.int().nullable().describe("The receiver's, where it answered."),
  error: z.string().nullable().describe('Why it counts as failed.'),
  ms: z.int().describe('Its duration.'),
});

/** One message to a goal's webhook: one per end of the goal. */
export const deliverySchema = z.object({
  id: z.string().describe("The message's `webhook-id`."),
  type: webhookMessageSchema.shape.type,
  at: moment,
  status: z
    .enum(['pending', 'delivered', 'given_up', 'disabled'])
    .describe('`disabled`: an earlier message was answered with 410, so this one was never sent.'),
  nextAttemptAt: moment.nullable().describe('When it is tried next, while it is pending.'),
  attemptCount: z.int().describe('All of them, also those that are not shown any more.'),
  attempts: z.array(deliveryAttemptSchema).describe('The oldest first; at most 50.'),
});
export type Delivery = z.infer<typeof deliverySchema>;
