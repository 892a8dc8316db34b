import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeView } from '@baton/shared/contract/recipe';
import { SetupError } from '@baton/shared/settings/setup-error';
import { recipeSchema, type Recipe } from '@baton/plan/recipes';

class RecipeError extends SetupError {
  override readonly name = 'RecipeError';
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new RecipeError(`BATON_RECIPES: the folder can't be read: ${(error as Error).message}`);
  }
}

function load(path: string): Recipe {
  try {
    return recipeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new RecipeError(`The recipe ${path} can't be used: ${(error as Error).message}`);
  }
}

/** Reads every `.json` file of the folders, a later folder's recipe replacing an earlier one of the same name. */
export function loadRecipes(folders: readonly string[]): ReadonlyMap<string, Recipe> {
  const files = folders.flatMap((folder) =>
    filesOf(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name)),
  );
  return new Map(files.map(load).map((recipe) => [recipe.name, recipe]));
}

export function viewRecipes(recipes: ReadonlyMap<string, Recipe>): RecipeView[] {
  return [...recipes.values()].map(
    ({ workerTypes = null, prompts = null, exampleContext = null, ...recipe }) => ({
      ...recipe,
      workerTypes,
      prompts,
      exampleContext,
    }),
  );
}
