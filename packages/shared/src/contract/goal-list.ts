import { z } from 'zod';
import { goalSummarySchema } from './goal.ts';
import { goalStatuses, goalStatusSchema } from './goal-status.ts';

const LIMIT = 'must be a whole number from 1 to 100';

/** The query of `GET /v1/goals`; `label.<key>=value` parameters arrive as `labels`. */
export const goalListQuerySchema = z.strictObject({
  status: z.enum(goalStatusSchema.options, { error: `must be one of ${goalStatuses.join(', ')}` }).optional(),
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(100, LIMIT).default(20),
  cursor: z.string().optional(),
  labels: z.record(z.string(), z.string('must be given once')).default({}),
});

/** Newest first. */
export const goalListSchema = z.object({
  items: z.array(goalSummarySchema),
  nextCursor: z.string().nullable().describe('Null on the last page.'),
});
