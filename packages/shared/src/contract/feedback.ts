import { z } from 'zod';

export const MAX_COMMENT_CHARACTERS = 4_096;
const SCORE_RULE = 'must be a number from 0 (useless) to 1 (all that was wanted)';

/** `POST /v1/goals/:id/feedback`: what somebody thinks of a goal's answer. */
export const feedbackRequestSchema = z.strictObject({
  score: z
    .number(SCORE_RULE)
    .min(0, SCORE_RULE)
    .max(1, SCORE_RULE)
    .describe('From 0 (useless) to 1 (all that was wanted).'),
  comment: z
    .string('must be a text')
    .trim()
    .max(MAX_COMMENT_CHARACTERS, `must be at most ${MAX_COMMENT_CHARACTERS} characters`)
    .nullable()
    .default(null),
});
export type FeedbackRequest = z.output<typeof feedbackRequestSchema>;

export const feedbackSchema = z.object({
  at: z.iso.datetime(),
  score: z.number(),
  comment: z.string().nullable(),
});
export type Feedback = z.infer<typeof feedbackSchema>;
