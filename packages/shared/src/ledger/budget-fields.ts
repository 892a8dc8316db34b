import type { Budget, GoalOptions } from '../contract/goal-request.ts';
import { nanoUsdOf } from './nano-usd.ts';

/** A goal's budgets as scripts read them; none of these fields where it has none. @param reserved what holds its calls. */
export function budgetFields({ budget, taskBudget }: GoalOptions, reserved: string): string[] {
  const limits = [
    ...fieldsOf(budget, 'maxTokens', 'maxNanoUsd'),
    ...fieldsOf(taskBudget, 'maxTaskTokens', 'maxTaskNanoUsd'),
  ];
  return limits.length === 0 ? [] : ['reserved', reserved, ...limits];
}

function fieldsOf(
  { maxTokens, maxCostUsd }: Partial<Budget> = {},
  tokens: string,
  nanoUsd: string,
): string[] {
  return [
    ...(maxTokens === undefined ? [] : [tokens, String(maxTokens)]),
    ...(maxCostUsd === undefined ? [] : [nanoUsd, String(nanoUsdOf(maxCostUsd))]),
  ];
}
