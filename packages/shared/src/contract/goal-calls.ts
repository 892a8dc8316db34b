import { z } from 'zod';
import { usageSchema } from './task-outcome.ts';

const LIMIT = 'must be a whole number from 1 to 100';
const CURSOR = 'must be the nextCursor of an earlier page, unchanged';

/** The query of `GET /v1/goals/:id/calls`. */
export const goalCallsQuerySchema = z.strictObject({
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(100, LIMIT).default(100),
  cursor: z
    .string(CURSOR)
    .regex(/^\d{1,12}$/, CURSOR)
    .transform(Number)
    .optional(),
});

/** One answered model call of a goal. */
export const goalCallSchema = z.object({
  number: z.int().describe("Counts the goal's answers from 1."),
  at: z.iso.datetime().describe('When its answer was kept.'),
  taskId: z.string().nullable().describe("Null for a call of one of Baton's own roles."),
  role: z
    .enum(['planner', 'replanner', 'synthesis', 'assessor'])
    .nullable()
    .describe('Null for a call of a task.'),
  step: z.string().describe('Which call of it: `call-1`, `review-1.2`, `revision-1.call-1`, …'),
  attempt: z.int().describe('1 for the first wording of the request, one more for each repair.'),
  retries: z.int().describe('Times that the goal had been retried.'),
  model: z.string().describe('The model that answered.'),
  stopReason: z.string().describe('As the endpoint says it: `end_turn`, `max_tokens`, `tool_use`, …'),
  requestId: z.string().nullable().describe("The endpoint's own id of it."),
  simulated: z.boolean(),
  batched: z.boolean().describe('It came through a batch.'),
  borrowed: z.boolean().describe('It is the answer of another call, which has paid for it.'),
  usage: usageSchema
    .omit({ possiblyRepeatedCalls: true })
    .describe('`calls` is 0 for a borrowed answer, more than 1 where others were paid for besides.'),
});
export type GoalCall = z.output<typeof goalCallSchema>;

/** The oldest first. */
export const goalCallsSchema = z.object({
  items: z.array(goalCallSchema),
  nextCursor: z.string().nullable().describe('Null on the last page.'),
});
export type GoalCallPage = z.output<typeof goalCallsSchema>;
