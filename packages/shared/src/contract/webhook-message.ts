import { z } from 'zod';
import { terminalGoalStatuses } from './goal-status.ts';

/** The body of a message to a goal's webhook; thin, so that what it says is asked for and not believed. */
export const webhookMessageSchema = z.object({
  type: z.enum(terminalGoalStatuses.map((status) => `goal.${status}` as const)),
  timestamp: z.iso.datetime().describe('When the goal ended.'),
  data: z.object({
    id: z.string().describe("The goal's."),
    status: z.enum(terminalGoalStatuses),
    links: z
      .object({ self: z.string(), events: z.string() })
      .describe('Paths on the server that took the goal.'),
  }),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;
