import type { PricedTask } from '@baton/plan/budget-fit';
import { tokensIn } from '@baton/plan/context-window';
import {
  synthesisWork,
  taskPriors,
  TASKS_OF_SUB_GOAL,
  times,
  type Need,
  type TierForecast,
  type Work,
} from '@baton/plan/forecast';
import { atMost, tierFor } from '@baton/plan/model-choice';
import type { Task } from '@baton/plan/plan';
import { modelTiers, type ModelTier, type WorkerType } from '@baton/plan/worker-type';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import type { Budget, GoalOptions } from '@baton/shared/contract/goal-request';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import { SYNTHESIS } from '@baton/shared/ledger/lease';
import { atPriceOf, forecastWork, type Forecasting, type WorkForecast } from './forecast-work.ts';

/** What forecasts of a goal's plan rest on, besides the plan. */
export interface ForecastFacts {
  readonly brief: GoalBrief;
  readonly workerTypes: readonly WorkerType[];
  readonly options: Pick<GoalOptions, 'reviewRounds' | 'judges' | 'latency' | 'taskBudget'>;
}

/** A task as its plan has it, or as an item of a list that was held to cheaper models already. */
export type TaskToForecast = Task & { readonly tierLimit?: ModelTier };

export interface ForecastTask extends PricedTask {
  readonly task: Task;
  /** Of the result that it gives. */
  readonly outputTokens: number;
}

/** Of the instructions around a task. */
const INSTRUCTIONS = 300;

/** A tier and those below it, each model once. */
function tiersFrom(own: ModelTier, { tiers }: Forecasting): [ModelTier, ...ModelTier[]] {
  const below = modelTiers.slice(0, modelTiers.indexOf(own)).toReversed();
  return [own, ...below.filter((tier) => tiers[tier] !== tiers[own])];
}

/** A whole goal for one task. */
function projectPrior(): Work {
  const tasks = times(TASKS_OF_SUB_GOAL, taskPriors.medium);
  const answer = synthesisWork(tasks.outputTokens);
  return {
    inputTokens: taskPriors.medium.inputTokens + tasks.inputTokens + answer.inputTokens,
    outputTokens: taskPriors.medium.outputTokens + tasks.outputTokens + answer.outputTokens,
    seconds: taskPriors.medium.seconds + 2 * tasks.seconds + answer.seconds,
  };
}

function priorOf({ worker, complexity, forEach }: Task): Work {
  if (worker === orchestrator.type) return projectPrior();
  return times(forEach === undefined ? 1 : TASKS_OF_SUB_GOAL, taskPriors[complexity]);
}

/** A task never takes more than its own budget. */
function withinTaskBudget(need: Need, budget: Budget | undefined): Need {
  const { maxTokens = Number.POSITIVE_INFINITY, maxCostUsd = Number.POSITIVE_INFINITY } = budget ?? {};
  const { tokens, costUsd } = need;
  return {
    tokens: Math.min(tokens, maxTokens),
    costUsd: costUsd === null ? null : Math.min(costUsd, maxCostUsd),
  };
}

async function forecastTask(
  deps: Forecasting,
  { brief, workerTypes, options }: ForecastFacts,
  task: TaskToForecast,
): Promise<ForecastTask> {
  const type = workerTypes.find((each) => each.type === task.worker);
  const own = atMost(tierFor(type?.tier ?? 'balanced', task.complexity), task.tierLimit);
  const isProject = task.worker === orchestrator.type;
  const texts = [brief.goal, brief.context ?? '', task.description, ...task.requirements];
  const leastPrompt = INSTRUCTIONS + texts.reduce((sum, text) => sum + tokensIn(text), 0);
  const forecast = (tier: ModelTier): Promise<WorkForecast> =>
    forecastWork(deps, {
      of: task.worker,
      tier,
      facts: { options, latency: task.latency, isEach: task.forEach !== undefined },
      prior: priorOf(task),
      leastPrompt,
    });
  // What a project's own tasks use is decided where it is planned.
  const [first, ...below] = isProject ? (['strong'] as const) : tiersFrom(own, deps);
  const asPlanned = await forecast(first);
  const isBatched = (task.latency ?? options.latency) === 'relaxed';
  const cheaper = await Promise.all(
    below.map(async (tier) => {
      const itsOwn = await forecast(tier);
      const isGuess = asPlanned.basis === 'history' && itsOwn.basis === 'prior';
      return isGuess ? atPriceOf(deps, asPlanned, tier, isBatched) : itsOwn;
    }),
  );
  const capped = ({ outputTokens: _output, whole: _whole, ...each }: WorkForecast): TierForecast => ({
    ...each,
    ...withinTaskBudget(each, options.taskBudget),
    sure: withinTaskBudget(each.sure, options.taskBudget),
  });
  return { task, outputTokens: asPlanned.outputTokens, tiers: [capped(asPlanned), ...cheaper.map(capped)] };
}

export function forecastTasks(
  deps: Forecasting,
  facts: ForecastFacts,
  tasks: readonly TaskToForecast[],
): Promise<ForecastTask[]> {
  return Promise.all(tasks.map((task) => forecastTask(deps, facts, task)));
}

/** What it takes to put the answer together. @param resultTokens what the results take that it is made of. */
export function forecastSynthesis(
  deps: Forecasting,
  { options }: Pick<ForecastFacts, 'options'>,
  resultTokens: number,
): Promise<TierForecast> {
  const prior = synthesisWork(resultTokens);
  const leastPrompt = INSTRUCTIONS + resultTokens;
  return forecastWork(deps, { of: SYNTHESIS, tier: 'strong', facts: { options }, prior, leastPrompt });
}
