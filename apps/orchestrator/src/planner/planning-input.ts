import type { Decomposition } from '@baton/plan/plan';
import type { Recipe } from '@baton/plan/recipes';
import type { WorkerType } from '@baton/plan/worker-type';
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
}

interface Asked extends GoalBrief {
  readonly recipe: string | null;
  readonly options: Pick<GoalOptions, 'workerTypes' | 'maxTasks' | 'decomposition'>;
}

/** Worker types are those that are known now; the request's own choice comes before its recipe's. */
export async function planningInput(
  { ledger, recipes }: { readonly ledger: Ledger; readonly recipes: ReadonlyMap<string, Recipe> },
  { goal, context, recipe: recipeName, options }: Asked,
): Promise<PlanningInput> {
  const { workerTypes, maxTasks = DEFAULT_MAX_TASKS, decomposition } = options;
  const recipe = recipeName === null ? null : (recipes.get(recipeName) ?? null);
  const known = await knownWorkerTypes(ledger);
  const allowed = workerTypes ?? recipe?.workerTypes;
  return {
    brief: { goal, context },
    recipe,
    workerTypes: allowed ? known.filter(({ type }) => allowed.includes(type)) : known,
    maxTasks,
    decomposition,
  };
}
