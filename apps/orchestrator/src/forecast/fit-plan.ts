import { fitToBudget, type BudgetFit, type Room } from '@baton/plan/budget-fit';
import type { Need, TierForecast } from '@baton/plan/forecast';
import type { Task } from '@baton/plan/plan';
import type { BudgetForecast } from '@baton/shared/contract/forecast';
import type { Budget, GoalOptions } from '@baton/shared/contract/goal-request';
import { skippedForBudget } from '@baton/shared/contract/budget-skip';
import type { GoalFacts } from '@baton/shared/ledger/goal-record';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { readBudgets, roomIn, type HeldBudget, type RunBudget } from '@baton/shared/ledger/run-budget';
import { knownWorkerTypes } from '../planner/known-workers.ts';
import { forecastSynthesis, forecastTasks, type ForecastFacts } from './forecast-tasks.ts';
import type { Forecasting } from './forecast-work.ts';

/** Of a budget, what may be kept for the synthesis at the most. */
const MOST_OF_FENCE = 0.4;
/** Times its forecast that the synthesis has kept for it, since calls are reckoned cautiously before they are made. */
const FENCE_MARGIN = 1.5;

/** What of a goal's plan is to run within its budgets, and how; null for a goal that has none. */
export type FitPlan = (goalId: string, facts: FitFacts, tasks: readonly Task[]) => Promise<RunBudget | null>;

type FitFacts = Pick<GoalFacts, 'goal' | 'context' | 'kind'> & {
  readonly options: ForecastFacts['options'] & Pick<GoalOptions, 'budget'>;
};

/** What the synthesis has kept for it of a budget; null where that has no limit. */
export function fenceOf({ maxTokens, maxCostUsd }: Budget, synthesis: Need): Room {
  const share = (most: number, wanted: number | null): number =>
    Math.min(MOST_OF_FENCE * most, wanted === null ? most : FENCE_MARGIN * wanted);
  return {
    tokens: maxTokens === undefined ? null : Math.floor(share(maxTokens, synthesis.tokens)),
    costUsd: maxCostUsd === undefined ? null : rounded(share(maxCostUsd, synthesis.costUsd)),
  };
}

function budgetText({ maxTokens, maxCostUsd }: Budget): string {
  const parts = [
    ...(maxTokens === undefined ? [] : [`${maxTokens.toLocaleString('en-US')} tokens`]),
    ...(maxCostUsd === undefined ? [] : [`$${maxCostUsd}`]),
  ];
  return parts.join(' and ');
}

/** What a fit does to a plan, as it is told. @param synthesis what the answer takes, on top. */
export function told(
  { tierLimits, leftOut, need, fits }: BudgetFit,
  synthesis: Need,
  tiers: Forecasting['tiers'],
): BudgetForecast {
  return {
    tokens: need.tokens + synthesis.tokens,
    costUsd:
      need.costUsd === null || synthesis.costUsd === null ? null : rounded(need.costUsd + synthesis.costUsd),
    fits,
    cheaper: [...tierLimits].map(([taskId, tier]) => ({ taskId, model: tiers[tier] })),
    leftOut: [...leftOut],
  };
}

function rounded(costUsd: number): number {
  return Math.round(costUsd * 1e9) / 1e9;
}

/** In the units that the budget has, as far as they are known. */
function needText({ maxTokens, maxCostUsd }: Budget, { tokens, costUsd }: Need): string {
  return budgetText({
    ...((maxTokens !== undefined || costUsd === null) && { maxTokens: Math.ceil(tokens) }),
    ...(maxCostUsd !== undefined && costUsd !== null && { maxCostUsd: Math.ceil(costUsd * 1e4) / 1e4 }),
  });
}

function reason(budget: Budget, { wanted, need }: BudgetFit): string {
  const numbers = `${needText(budget, wanted)} forecast for all of them, ${needText(budget, need)} for those that run`;
  const unpriced =
    budget.maxCostUsd !== undefined && wanted.costUsd === null
      ? ' Where dollars are limited, models without a known price are not asked: see MODEL_PRICES_FILE.'
      : '';
  return `Left out before anything was spent on it: the budget of ${budgetText(budget)} does not reach for every task (${numbers}).${unpriced}`;
}

interface Fitted {
  readonly fit: BudgetFit;
  readonly synthesis: TierForecast;
  readonly fence: Room;
}

/** Fits a plan to a budget of which nothing is known to be spent yet. */
export async function fitToNewBudget(
  deps: Forecasting,
  facts: ForecastFacts,
  tasks: readonly Task[],
  budget: Budget,
): Promise<Fitted> {
  const held = { goalId: '', budget, spent: nothing, fence: nothing };
  return fitTasks(deps, facts, tasks, [held], '', true);
}

const nothing = { tokens: 0, costUsd: 0 };

async function fitTasks(
  deps: Forecasting,
  facts: ForecastFacts,
  tasks: readonly Task[],
  held: readonly HeldBudget[],
  goalId: string,
  isSynthesised: boolean,
): Promise<Fitted> {
  const forecasts = await forecastTasks(deps, facts, tasks);
  const resultTokens = forecasts.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  const synthesis = await forecastSynthesis(deps, facts, resultTokens);
  const own = held.find((each) => each.goalId === goalId);
  const fence = own && isSynthesised ? fenceOf(own.budget, synthesis) : { tokens: null, costUsd: null };
  const fit = fitToBudget(
    forecasts,
    roomIn(held, (each) => (each === own ? fence : each.fence)),
  );
  return { fit, synthesis, fence };
}

export function planFitter(deps: Forecasting & { readonly ledger: Ledger }): FitPlan {
  return async (goalId, facts, tasks) => {
    const held = await readBudgets(deps.ledger, goalId);
    const [nearest] = held;
    if (nearest === undefined) return null;
    const workerTypes = await knownWorkerTypes(deps.ledger);
    const isSynthesised = facts.kind !== 'each';
    const asked = { brief: facts, options: facts.options, workerTypes };
    const { fit, synthesis, fence } = await fitTasks(deps, asked, tasks, held, goalId, isSynthesised);
    const isChanged = fit.tierLimits.size > 0 || fit.leftOut.length > 0;
    const outcome = skippedForBudget('goal', reason(nearest.budget, fit));
    return {
      tierLimits: fit.tierLimits,
      leftOut: new Map(fit.leftOut.map((id) => [id, outcome])),
      fence: facts.options.budget ? fence : null,
      told: isChanged ? told(fit, synthesis, deps.tiers) : null,
    };
  };
}
