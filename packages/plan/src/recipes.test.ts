import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipeSchema } from './recipes.ts';
import { builtInWorkerTypes } from './worker-types/built-in.ts';

const folder = new URL('../../../recipes/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are recipes', () => {
  expect(files).toEqual(expect.arrayContaining(['report.json', 'travel-planning.json']));
});

test.each(files)('%s is a recipe of that name, for worker types that exist', (file) => {
  const recipe = recipeSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  expect(`${recipe.name}.json`).toBe(file);
  const known = builtInWorkerTypes.map(({ type }) => type);
  expect(known).toEqual(expect.arrayContaining(recipe.workerTypes ?? []));
});

test('a recipe with unknown fields or without hints is refused', () => {
  const recipe = {
    name: 'x',
    title: 'X',
    description: 'X.',
    planHints: [],
    synthesisHints: [],
    exampleGoal: 'Do X.',
  };
  expect(recipeSchema.safeParse(recipe).success).toBe(true);
  expect(recipeSchema.safeParse({ ...recipe, prompt: 'x' }).success).toBe(false);
  expect(recipeSchema.safeParse({ ...recipe, planHints: [' '] }).success).toBe(false);
  expect(recipeSchema.safeParse({ ...recipe, name: 'Not A Name' }).success).toBe(false);
});
