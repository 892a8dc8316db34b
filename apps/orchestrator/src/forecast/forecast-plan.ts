import { needOf, type TierForecast } from '@baton/plan/forecast';
import type { Task } from '@baton/plan/plan';
import { criticalPath } from '@baton/plan/topology';
import type { Forecast, PartForecast } from '@baton/shared/contract/forecast';
import type { Budget } from '@baton/shared/contract/goal-request';
import { fitToNewBudget, told } from './fit-plan.ts';
import { forecastSynthesis, forecastTasks, type ForecastFacts, type ForecastTask } from './forecast-tasks.ts';
import { forecastWarnings } from './forecast-warnings.ts';
import type { Forecasting } from './forecast-work.ts';

export interface ForecastRequest extends ForecastFacts {
  readonly tasks: readonly Task[];
  readonly budget?: Budget | undefined;
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function partOf(
  { tier, tokens, costUsd, seconds, samples, basis }: TierForecast,
  tiers: Forecasting['tiers'],
): PartForecast {
  return {
    model: tiers[tier],
    tokens: Math.ceil(tokens),
    costUsd: costUsd === null ? null : rounded(costUsd, 9),
    seconds: rounded(seconds, 1),
    samples,
    basis,
  };
}

/** What a plan will take, and what a budget would do to it. The planning itself is not part of it: it is paid for already. */
export async function forecastPlan(deps: Forecasting, request: ForecastRequest): Promise<Forecast> {
  const { tasks, budget } = request;
  const forecasts = await forecastTasks(deps, request, tasks);
  const resultTokens = forecasts.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  const synthesis = await forecastSynthesis(deps, request, resultTokens);
  const fitted = budget ? await fitToNewBudget(deps, request, tasks, budget) : null;
  const needed = (each: ForecastTask): TierForecast => each.tiers[0];
  const whole = needOf([...forecasts.map(needed), synthesis]);
  const byId = new Map(forecasts.map((each) => [each.task.id, needed(each)]));
  const path = criticalPath(tasks, ({ id }) => byId.get(id)?.seconds ?? 0);
  const taskParts = forecasts.map((each) => ({ taskId: each.task.id, ...partOf(needed(each), deps.tiers) }));
  const synthesisPart = partOf(synthesis, deps.tiers);
  const withinBudget = fitted && told(fitted.fit, fitted.synthesis, deps.tiers);
  return {
    tokens: Math.ceil(whole.tokens),
    costUsd: whole.costUsd === null ? null : rounded(whole.costUsd, 9),
    seconds: rounded(path.total + synthesis.seconds, 1),
    synthesis: synthesisPart,
    tasks: taskParts,
    budget: withinBudget,
    warnings: forecastWarnings(tasks, [...taskParts, synthesisPart], budget, withinBudget),
  };
}
