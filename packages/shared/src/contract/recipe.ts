import { z } from 'zod';
import { recipeSchema } from '@baton/plan/recipes';

/** A recipe as `GET /v1/recipes` shows it. */
export const recipeViewSchema = z.object({
  ...recipeSchema.shape,
  /** Null when plans may name every worker type. */
  workerTypes: z.array(z.string()).nullable(),
});
export type RecipeView = z.infer<typeof recipeViewSchema>;
