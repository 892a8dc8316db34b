import { z } from 'zod';
import { WORKER_TYPE_PATTERN } from './worker-type.ts';

const hint = z.string().trim().min(1, 'must not be empty').max(2_048);

const instructions = z.string().trim().min(1, 'must not be empty').max(16_384);

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
  /** Instructions of one's own, added to the role's: of the planner, of the synthesiser, and of workers by their type. */
  prompts: z
    .strictObject({
      planner: instructions.optional(),
      synthesis: instructions.optional(),
      tasks: z
        .record(z.string().regex(WORKER_TYPE_PATTERN, 'must be the name of a worker type'), instructions)
        .optional(),
    })
    .optional(),
  exampleGoal: z.string().trim().min(1).max(32_768),
  /** What goes with the example as its context. */
  exampleContext: z.string().trim().min(1).max(262_144).optional(),
});

export type Recipe = z.infer<typeof recipeSchema>;
