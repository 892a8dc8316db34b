import { expect, test } from 'vitest';
import { recipeSchema } from './recipes.ts';

const recipe = {
  name: 'x',
  title: 'X',
  description: 'X.',
  planHints: [],
  synthesisHints: [],
  exampleGoal: 'Do X.',
};

test('a recipe may be little more than its example', () => {
  expect(recipeSchema.safeParse(recipe).success).toBe(true);
});

test.each([
  { prompt: 'x' },
  { planHints: [' '] },
  { name: 'Not A Name' },
  { prompts: { planer: 'x' } },
  { prompts: { tasks: { 'No Type': 'x' } } },
  { workerTypes: [] },
  { exampleContext: '' },
])('a recipe with %j is refused', (part) => {
  expect(recipeSchema.safeParse({ ...recipe, ...part }).success).toBe(false);
});
