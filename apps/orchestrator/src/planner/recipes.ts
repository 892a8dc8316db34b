import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeView } from '@baton/shared/contract/recipe';
import { SetupError } from '@baton/shared/settings/setup-error';
import { nearestName } from '@baton/plan/nearest-name';
import type { Recipe } from '@baton/plan/recipes';
import { readRecipe, RECIPE_FILE } from './read-recipe.ts';

class RecipeError extends SetupError {
  override readonly name = 'RecipeError';
}

type FoundRecipe = { readonly path: string; readonly recipe: Recipe };

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => RECIPE_FILE.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw new RecipeError(`BATON_RECIPES: the folder can't be read: ${(error as Error).message}`);
  }
}

/** Files of one folder that hold a recipe of the same name. */
function doubles(found: readonly FoundRecipe[]): string[] {
  const first = new Map<string, string>();
  return found.flatMap(({ path, recipe: { name } }) => {
    const other = first.get(name);
    if (other === undefined) first.set(name, path);
    return other === undefined ? [] : [`${path}: name "${name}" is the name of the recipe in ${other} too`];
  });
}

/**
 * Reads every JSON and YAML file of the folders, a later folder's recipe replacing an earlier one of the same name. Throws
 * one {@link SetupError} that names every broken file and field.
 */
export async function loadRecipes(folders: readonly string[]): Promise<ReadonlyMap<string, Recipe>> {
  const recipes = new Map<string, Recipe>();
  const problems: string[] = [];
  for (const folder of folders) {
    const read = await Promise.all(filesOf(folder).map(readRecipe));
    const found = read.flatMap((file) => ('recipe' in file ? [file] : []));
    const broken = read.flatMap((file) =>
      'problems' in file ? file.problems.map((problem) => `${file.path}: ${problem}`) : [],
    );
    problems.push(...broken, ...doubles(found));
    for (const { recipe } of found) recipes.set(recipe.name, recipe);
  }
  if (problems.length === 0) return recipes;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  throw new RecipeError(`BATON_RECIPES: these recipes can't be used:\n${list}`);
}

/**
 * What is to be told of the worker types that recipes name and nobody has announced. They are no fault: the workers that
 * take them may be on their way.
 */
export function unknownTypes(recipes: ReadonlyMap<string, Recipe>, known: readonly string[]): string[] {
  return [...recipes.values()].flatMap(({ name, workerTypes = [], prompts }) =>
    [...new Set([...workerTypes, ...Object.keys(prompts?.tasks ?? {})])]
      .filter((type) => !known.includes(type))
      .map((type) => {
        const nearest = nearestName(type, known);
        const hint =
          nearest === null ? 'set BATON_WORKERS for the workers that take it' : `did you mean "${nearest}"?`;
        return `the recipe "${name}" names the worker type "${type}", which no worker has announced: ${hint}`;
      }),
  );
}

/** Recipes whose plans could name no worker type, since none of theirs is known. */
export function idleRecipes(recipes: ReadonlyMap<string, Recipe>, known: readonly string[]): string[] {
  return [...recipes.values()]
    .filter(({ workerTypes }) => workerTypes && !workerTypes.some((type) => known.includes(type)))
    .map(({ name }) => name);
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
