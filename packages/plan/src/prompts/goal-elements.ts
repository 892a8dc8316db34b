import type { Recipe } from '../recipes.ts';
import { element, type FencedElement } from './fence.ts';

/** What every role is told of the goal. */
export interface GoalText {
  readonly goal: string;
  /** Text, or an object's JSON. */
  readonly context: string | null;
}

export function goalElements({ goal, context }: GoalText): FencedElement[] {
  const elements = [element('goal', goal)];
  if (context !== null && context.trim() !== '') elements.push(element('context', context));
  return elements;
}

export function recipeElements(recipe: Recipe | null, hints: readonly string[]): FencedElement[] {
  if (recipe === null || hints.length === 0) return [];
  return [
    element(
      'recipe',
      hints.map((hint) => element('hint', hint)),
      { name: recipe.name },
    ),
  ];
}

/** A recipe's own instructions to a role, as the end of that role's system prompt; '' where it has none. */
export function recipeInstructions(instructions: string | undefined): string {
  return instructions === undefined ? '' : `\n\n# Goals of this kind\n${instructions}`;
}
