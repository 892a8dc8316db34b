import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { nearestName } from '@baton/plan/nearest-name';
import { recipeSchema, type Recipe } from '@baton/plan/recipes';
import { fieldErrorsOf, fieldErrorText, type FieldError } from '@baton/shared/contract/field-errors';

/** What files that hold recipes end in; all others are passed over. */
export const RECIPE_FILE = /^[^.].*\.(json|ya?ml)$/;

export type ReadRecipe =
  | { readonly path: string; readonly recipe: Recipe }
  /** What is wrong with the file, each in words that begin with its field where it is a field's. */
  | { readonly path: string; readonly problems: readonly string[] };

/** Instructions for a worker type that the recipe's plans may not name would never be told to anybody. */
function unusedPrompts({ workerTypes, prompts }: Recipe): FieldError[] {
  if (!workerTypes) return [];
  return Object.keys(prompts?.tasks ?? {})
    .filter((type) => !workerTypes.includes(type))
    .map((type) => {
      const nearest = nearestName(type, workerTypes);
      const remedy =
        nearest === null ? `Its types: ${workerTypes.join(', ')}.` : `Did you mean "${nearest}"?`;
      return { path: `prompts.tasks.${type}`, message: `is none of the recipe's workerTypes. ${remedy}` };
    });
}

async function parseFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  return (path.endsWith('.json') ? JSON.parse(text) : parse(text, { prettyErrors: true })) as unknown;
}

/** The first line says what is wrong and where; a YAML error goes on with a picture of it. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/:$/, '');
}

/** Never throws. */
export async function readRecipe(path: string): Promise<ReadRecipe> {
  try {
    const content = await parseFile(path);
    const parsed = recipeSchema.safeParse(content);
    const errors = parsed.success ? unusedPrompts(parsed.data) : fieldErrorsOf(recipeSchema, parsed.error);
    if (parsed.success && errors.length === 0) return { path, recipe: parsed.data };
    return { path, problems: errors.map(fieldErrorText) };
  } catch (error) {
    return { path, problems: [firstLine(error)] };
  }
}
