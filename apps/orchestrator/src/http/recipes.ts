import { Router } from 'express';
import type { RecipeView } from '@baton/shared/contract/recipe';
import { requireScope } from './authenticate.ts';
import { methodNotAllowed } from './problem.ts';

export interface Recipes {
  list(): readonly RecipeView[];
}

export function recipeRoutes(recipes: Recipes): Router {
  const router = Router();
  router
    .route('/recipes')
    .get(requireScope('read'), (_request, response) => {
      response.json({ items: recipes.list() });
    })
    .all(methodNotAllowed('GET'));
  return router;
}
