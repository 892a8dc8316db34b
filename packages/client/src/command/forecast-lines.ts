import type { BudgetForecast, Forecast, PartForecast } from '../contract/forecast.ts';
import { costText, countText, durationText } from '../progress/quantities.ts';
import { oneLine } from '../tree/text-width.ts';
import { tableLines } from './table.ts';

/** What a plan will take: a line for the whole, one per part, what a budget does to it, and what can't be told. */
export function forecastLines({
  tokens,
  costUsd,
  seconds,
  synthesis,
  tasks,
  budget,
  warnings,
}: Forecast): string[] {
  const rows = [
    ...tasks.map((task) => [task.taskId, ...cellsOf(task)]),
    ['(the answer)', ...cellsOf(synthesis)],
  ];
  return [
    `Forecast: ${countText(tokens)} tokens · ${costText(costUsd)} · ${durationText(seconds * 1_000)}`,
    ...tableLines([['PART', 'MODEL', 'TOKENS', 'COST', 'TIME', 'RESTS ON'], ...rows], Infinity).map(
      (line) => `  ${line}`,
    ),
    ...(budget ? budgetLines(budget) : []),
    ...warnings.map((warning) => `Note: ${oneLine(warning)}`),
  ];
}

function cellsOf({ model, tokens, costUsd, seconds, samples, basis }: PartForecast): string[] {
  const rests = basis === 'prior' ? 'a guess' : `${samples} past ones`;
  return [model, countText(tokens), costText(costUsd), durationText(seconds * 1_000), rests];
}

function budgetLines({ tokens, costUsd, cheaper, leftOut }: BudgetForecast): string[] {
  if (cheaper.length === 0 && leftOut.length === 0) {
    return ['For the budget no task is left out, and none uses a cheaper model.'];
  }
  return [
    `Within the budget: ${countText(tokens)} tokens · ${costText(costUsd)}`,
    ...cheaper.map(({ taskId, model }) => `  ${taskId} uses ${model}`),
    ...(leftOut.length > 0 ? [`  left out: ${leftOut.join(', ')}`] : []),
  ];
}
