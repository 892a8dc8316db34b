import { z } from 'zod';
import { recipeSchema } from '@baton/plan/recipes';

/** A recipe as `GET /v1/recipes` shows it. */
export const recipeViewSchema = z.object({
  ...recipeSchema.shape,
  prompts: recipeSchema.shape.prompts
    .unwrap()
    .nullable()
    .describe('Null when the recipe has no prompts of its own.'),
  exampleContext: z.string().nullable(),
  workerTypes: z.array(z.string()).nullable().describe('Null when plans may name every worker type.'),
});
export type RecipeView = z.infer<typeof recipeViewSchema>;
