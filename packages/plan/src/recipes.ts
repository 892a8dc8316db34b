import { z } from 'zod';
import { WORKER_TYPE_PATTERN } from './worker-type.ts';

const hint = z.string().trim().min(1, 'must not be empty').max(2_048);

/** A named preset for a kind of goal: data, kept in a file of its own. */
export const recipeSchema = z.strictObject({
  name: z
    .string()
    .regex(WORKER_TYPE_PATTERN, 'must be lower case: a letter, then at most 39 letters, digits or "-"'),
  title: z.string().trim().min(1).max(200),
  description: z.string().trim().min(1).max(2_048),
  /** The worker types that plans made by this recipe may name; all known ones when left out. */
  workerTypes: z
    .array(z.string().regex(WORKER_TYPE_PATTERN, 'must be the name of a worker type'))
    .min(1, 'must name at least one worker type, or be left out to allow all')
    .optional(),
  /** Told to the planner: the shape that plans for this kind of goal should have. */
  planHints: z.array(hint).max(50),
  /** Told to the synthesiser: the form that the answer should have. */
  synthesisHints: z.array(hint).max(50),
  exampleGoal: z.string().trim().min(1).max(32_768),
});

export type Recipe = z.infer<typeof recipeSchema>;
