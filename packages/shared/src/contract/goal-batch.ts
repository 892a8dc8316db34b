import { z } from 'zod';
import { goalSummarySchema } from './goal.ts';
import { goalRequestSchema } from './goal-request.ts';
import { problemSchema } from './problem.ts';

/** Goals that one request may bring. */
export const MAX_BATCH = 1_000;

const BATCH_RULE = `must be a list of 1 to ${MAX_BATCH} goals`;

/** `POST /v1/goals/batch`. Each goal is held to `goalRequestSchema` by itself. */
export const goalBatchRequestSchema = z.strictObject({
  goals: z.array(z.unknown(), BATCH_RULE).min(1, BATCH_RULE).max(MAX_BATCH, BATCH_RULE),
});

/** The request as it is described to clients. */
export const goalBatchDescription = z.strictObject({
  goals: z.array(goalRequestSchema).min(1).max(MAX_BATCH),
});

/** What became of one goal of a batch: as if it had been sent alone. */
export const goalBatchItemSchema = z.object({
  index: z.int().describe('Its place in the request, from 0.'),
  status: z
    .int()
    .describe("202 accepted, 200 an earlier goal of the same Idempotency-Key, else the problem's."),
  goal: goalSummarySchema.nullable(),
  problem: problemSchema.nullable(),
});
export type GoalBatchItem = z.infer<typeof goalBatchItemSchema>;

/** In the order of the request. */
export const goalBatchReplySchema = z.object({ items: z.array(goalBatchItemSchema) });
