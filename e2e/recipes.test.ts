import type { RecipeView } from '@baton/shared/contract/recipe';
import { expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';

const baton = useSharedBaton();

test('the example of every recipe runs from end to end, all side by side, by the types that it names', async () => {
  const { items } = await baton.api.json<{ items: RecipeView[] }>('GET', '/v1/recipes', 200);
  expect(items.length).toBeGreaterThanOrEqual(8);
  const runs = items.map(async ({ name, exampleGoal, exampleContext, workerTypes }) => {
    const context = exampleContext === null ? {} : { context: exampleContext };
    const { goal } = await baton.api.run({ goal: exampleGoal, ...context, recipe: name });
    const told = await baton.emulator.requests(exampleGoal.slice(0, 40));
    return {
      name,
      status: goal.status,
      isPlanned: goal.tasks.length > 2,
      strangers: goal.tasks.map(({ worker }) => worker).filter((type) => !workerTypes?.includes(type)),
      isTold: told.some(
        ({ role, body }) => role === 'planner' && JSON.stringify(body).includes(`recipe name=`),
      ),
    };
  });
  expect(await Promise.all(runs)).toEqual(
    items.map(({ name }) => ({ name, status: 'succeeded', isPlanned: true, strangers: [], isTold: true })),
  );
});
