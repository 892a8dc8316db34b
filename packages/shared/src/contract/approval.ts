import { z } from 'zod';

export const MAX_REASON_CHARACTERS = 1_024;

/** `POST /v1/goals/:id/approve`. An edited plan takes the place of the one that waits, and meets the same laws. */
export const approveRequestSchema = z.strictObject({
  plan: z.unknown().meta({ $ref: '#/components/schemas/Plan' }).nullable().optional(),
});

/** `POST /v1/goals/:id/reject`. */
export const rejectRequestSchema = z.strictObject({
  reason: z
    .string('must be a text')
    .trim()
    .max(MAX_REASON_CHARACTERS, `must be at most ${MAX_REASON_CHARACTERS} characters`)
    .nullable()
    .default(null),
});
