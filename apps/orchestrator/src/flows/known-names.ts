import type { Recipe } from '@baton/plan/recipes';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { KnownNames } from '../http/goal-request.ts';
import type { ReadKnownNames } from '../http/known-request.ts';
import { knownWorkerTypes } from '../planner/known-workers.ts';
import { idleRecipes } from '../planner/recipes.ts';

/** ms that names count as recent. */
const RECENT = 1_000;

interface Deps {
  readonly ledger: Ledger;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly privateWebhooks: boolean;
}

export function knownNamesReader({ ledger, recipes, privateWebhooks }: Deps): ReadKnownNames {
  let last: { readonly at: number; readonly names: KnownNames } | null = null;
  return async (age) => {
    if (age === 'recent' && last !== null && performance.now() - last.at < RECENT) return last.names;
    const workers = (await knownWorkerTypes(ledger)).map(({ type }) => type);
    const names = {
      workers,
      recipes: [...recipes.keys()],
      idleRecipes: idleRecipes(recipes, workers),
      privateWebhooks,
    };
    last = { at: performance.now(), names };
    return names;
  };
}
