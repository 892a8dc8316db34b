import { z } from 'zod';

const score = z.number().min(0).max(1);

/** How good a result is, each from 0 (useless) to 1 (nothing left to wish for). */
export const scoresSchema = z.object({
  accuracy: score,
  completeness: score,
  requirements: score,
  consistency: score,
});
export type Scores = z.infer<typeof scoresSchema>;

/** What the judges said of one version of a result. */
export const reviewSchema = z.object({
  round: z
    .int()
    .describe('Counts from 1: the first is of the result as it came, each further one of a revision.'),
  verdict: z.enum(['pass', 'fail', 'none']).describe('`none`: no judge gave a readable verdict.'),
  scores: scoresSchema.nullable().describe('Means over the judges; null without a verdict.'),
  feedback: z.array(z.string()).describe('What is to be done better, each point once.'),
  judges: z.int().describe('Judges that gave a verdict.'),
  passes: z.int().describe('Judges that let it pass; more than half must.'),
});
export type Review = z.infer<typeof reviewSchema>;
