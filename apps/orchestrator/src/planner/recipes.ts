import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipeSchema, type Recipe } from '@baton/plan/recipes';

export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}

function load(path: string): Recipe {
  try {
    return recipeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new RecipeError(`The recipe ${path} can't be used: ${(error as Error).message}`, { cause: error });
  }
}

/** Reads every `.json` file of the folders, a later folder's recipe replacing an earlier one of the same name. */
export function loadRecipes(folders: readonly string[]): ReadonlyMap<string, Recipe> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name)),
  );
  return new Map(files.map(load).map((recipe) => [recipe.name, recipe]));
}
