import type { AnalyticsReport, FeedbackTotals } from '../contract/analytics.ts';
import { dayOf } from '../ledger/usage-report.ts';
import type { DigestedGoal } from './goal-digest.ts';
import { inOrder, meanOf } from './rounding.ts';

/** Parts of equal width that scores from 0 to 1 are told by. */
const PARTS = 5;

export function feedbackTotals(scores: readonly number[]): FeedbackTotals {
  const distribution = Array.from({ length: PARTS }, () => 0);
  for (const score of scores) {
    const part = Math.min(PARTS - 1, Math.max(0, Math.floor(score * PARTS + 1e-9)));
    distribution[part] = (distribution[part] ?? 0) + 1;
  }
  return { count: scores.length, mean: meanOf(scores), distribution };
}

/** What people thought of goals' answers. */
export function feedbackOf(goals: readonly DigestedGoal[]): AnalyticsReport['feedback'] {
  const days = new Map<string, number[]>();
  const recipes = new Map<string | null, number[]>();
  const all: number[] = [];
  for (const { recipe, feedback } of goals) {
    for (const { at, score } of feedback) {
      const day = dayOf(at);
      all.push(score);
      days.set(day, [...(days.get(day) ?? []), score]);
      recipes.set(recipe, [...(recipes.get(recipe) ?? []), score]);
    }
  }
  return {
    total: feedbackTotals(all),
    items: [...days]
      .toSorted(([one], [other]) => inOrder(one, other))
      .map(([day, scores]) => ({ day, ...feedbackTotals(scores) })),
    recipes: [...recipes]
      .toSorted(([one], [other]) => inOrder(one ?? '', other ?? ''))
      .map(([recipe, scores]) => ({ recipe, ...feedbackTotals(scores) })),
  };
}
