import { RECIPE_KINDS, SIGNS, type GoalKind } from './kind-signs.ts';

const RECIPE_BONUS = 3;

/** Classifies a goal by its recipe, or by its words, where the name of an unknown recipe counts as a sign of its own. */
export function classifyGoal(goal: string, recipeName: string): GoalKind {
  const known = RECIPE_KINDS.get(recipeName);
  if (known !== undefined) return known;
  const recipeWords = recipeName.replaceAll(/[-_]/g, ' ');
  let best: { kind: GoalKind; score: number } = { kind: 'generic', score: 0 };
  for (const [kind, signs] of SIGNS) {
    const inGoal = signs
      .filter(([pattern]) => pattern.test(goal))
      .reduce((sum, [, weight]) => sum + weight, 0);
    const inRecipe = signs.some(([pattern]) => pattern.test(recipeWords)) ? RECIPE_BONUS : 0;
    if (inGoal + inRecipe > best.score) best = { kind, score: inGoal + inRecipe };
  }
  return best.kind;
}
