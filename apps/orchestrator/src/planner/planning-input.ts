import type { PlanLimits } from '@baton/plan/laws';
import type { Decomposition } from '@baton/plan/plan';
import type { Recipe } from '@baton/plan/recipes';
import type { WorkerType } from '@baton/plan/worker-type';
import { workerTypesAtDepth } from '@baton/plan/worker-types/orchestrator';
import { durationMs } from '@baton/shared/contract/duration';
import { DEFAULT_MAX_TASKS, type GoalOptions } from '@baton/shared/contract/goal-request';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { knownWorkerTypes } from './known-workers.ts';

/** What the planner is told, and what its plan is held to: the same for a goal and for a dry run. */
export interface PlanningInput {
  readonly brief: GoalBrief;
  readonly recipe: Recipe | null;
  readonly workerTypes: readonly WorkerType[];
  readonly maxTasks: number;
  readonly decomposition: Decomposition;
  /** That each task may take, or null. */
  readonly secondsPerTask: number | null;
}

interface Asked extends GoalBrief {
  readonly recipe: string | null;
  readonly options: Pick<GoalOptions, 'workerTypes' | 'maxTasks' | 'decomposition' | 'taskTimeout'>;
  /** Of the goal among goals inside goals; 1, that of a goal that somebody set, by default. */
  readonly depth?: number;
}

export interface PlanningDeps {
  readonly ledger: Ledger;
  readonly recipes: ReadonlyMap<string, Recipe>;
}

/** Worker types are those that are known now; the request's own choice comes before its recipe's. */
export async function planningInput(
  { ledger, recipes }: PlanningDeps,
  { goal, context, recipe: recipeName, options, depth = 1 }: Asked,
): Promise<PlanningInput> {
  const { workerTypes, maxTasks = DEFAULT_MAX_TASKS, decomposition, taskTimeout } = options;
  const recipe = recipeName === null ? null : (recipes.get(recipeName) ?? null);
  const known = workerTypesAtDepth(depth, await knownWorkerTypes(ledger));
  const allowed = workerTypes ?? recipe?.workerTypes;
  const timeout = taskTimeout === undefined ? null : durationMs(taskTimeout);
  return {
    brief: { goal, context },
    recipe,
    workerTypes: allowed ? known.filter(({ type }) => allowed.includes(type)) : known,
    maxTasks,
    decomposition,
    secondsPerTask: timeout === null ? null : timeout / 1_000,
  };
}

/** What a plan that was made from this input is held to. */
export function planLimits(input: PlanningInput): Required<PlanLimits> {
  const { brief, maxTasks, workerTypes, decomposition } = input;
  const material = `${brief.goal}\n${brief.context ?? ''}`;
  return { maxTasks, workers: workerTypes.map(({ type }) => type), decomposition, material };
}
