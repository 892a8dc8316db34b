import type { NewGoal } from '../client.ts';
import type { ServerContext } from './context.ts';
import { UsageError } from './usage-error.ts';

/** The goal that a recipe brings as its example, with its context. Throws a {@link UsageError} for a recipe that is not there. */
export async function exampleOf(
  { client, signal }: Pick<ServerContext, 'client' | 'signal'>,
  name: string,
): Promise<Pick<NewGoal, 'goal' | 'context'>> {
  const recipes = await client.recipes.list({ signal });
  const recipe = recipes.find((known) => known.name === name);
  if (!recipe) {
    const known = recipes.map((each) => each.name).join(', ');
    throw new UsageError(`There is no recipe "${name}". This server knows ${known === '' ? 'none' : known}.`);
  }
  const { exampleGoal, exampleContext } = recipe;
  return { goal: exampleGoal, ...(exampleContext !== null && { context: exampleContext }) };
}
