import type { Task } from '@baton/plan/plan';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import type { BudgetForecast, PartForecast } from '@baton/shared/contract/forecast';
import type { Budget } from '@baton/shared/contract/goal-request';
import { LEAST_SAMPLES } from './forecast-work.ts';

/** What a forecast can't tell, in sentences for people. @param parts every task's and the answer's. */
export function forecastWarnings(
  tasks: readonly Task[],
  parts: readonly PartForecast[],
  budget: Budget | undefined,
  fitted: BudgetForecast | null,
): string[] {
  const unpriced = new Set(parts.filter(({ costUsd }) => costUsd === null).map(({ model }) => model));
  const refused = budget?.maxCostUsd === undefined ? '' : ' With maxCostUsd its calls are refused.';
  const guessed = parts.filter(({ basis }) => basis === 'prior').length;
  const split = tasks.filter(({ worker, forEach }) => worker === orchestrator.type || forEach !== undefined);
  return [
    ...[...unpriced].map(
      (model) => `No price is known for the model ${model}, so the cost is not known.${refused}`,
    ),
    guessed > 0 &&
      `${guessed} of ${parts.length} parts have fewer than ${LEAST_SAMPLES} past ones of their kind: for these the figures are guesses.`,
    split.length > 0 &&
      `What a list or a project takes is not known before it is split: ${split.map(({ id }) => id).join(', ')}.`,
    ...budgetWarnings(budget, fitted),
  ].filter((warning) => warning !== false);
}

function budgetWarnings(budget: Budget | undefined, fitted: BudgetForecast | null): string[] {
  if (!budget || !fitted) return [];
  if (!fitted.fits) {
    return [
      'The budget does not reach for a single task with what it needs: calls are refused once it is used up.',
    ];
  }
  const { maxTokens = Number.POSITIVE_INFINITY, maxCostUsd = Number.POSITIVE_INFINITY } = budget;
  if (fitted.tokens <= maxTokens && (fitted.costUsd ?? 0) <= maxCostUsd) return [];
  return [
    'By these figures the plan takes more than the budget. Nothing is left out on a guess: what is still to be done when the budget is used up is skipped then.',
  ];
}
