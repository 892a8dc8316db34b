import { createHash } from 'node:crypto';
import { checkPlan } from '@baton/plan/laws';
import type { Plan } from '@baton/plan/plan';
import { PROMPT_VERSION } from '@baton/plan/prompts/planner-prompt';
import { normalisedGoal } from '@baton/plan/same-goal';
import type { GoalOptions } from '@baton/shared/contract/goal-request';
import type { PlanCache } from '@baton/shared/contract/goal';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { keepPlan, readKeptPlan } from '@baton/shared/ledger/plan-cache';
import { planLimits, type PlanningInput } from './planning-input.ts';

export interface PlanCacheDeps {
  readonly ledger: Ledger;
  readonly retentionMs: number;
  /** The model that plans. */
  readonly model: string;
}

/** What a goal's plan may be taken from, or kept as. */
export interface CachedGoal {
  readonly tenant: string;
  readonly cache: GoalOptions['cache'];
  readonly input: PlanningInput;
}

export interface PlanCaching {
  /** The plan of an earlier, same goal, where the goal takes one and the laws still allow it. */
  read(goal: CachedGoal): Promise<{ readonly plan: Plan; readonly from: PlanCache } | null>;
  /** Keeps the plan where the goal asks for it. */
  keep(goal: CachedGoal, plan: Plan, calls: number): Promise<void>;
}

/** Of all that a plan is made from; of the goal's text as far as {@link normalisedGoal} tells goals apart. */
function digestOf({ brief, recipe, workerTypes, ...limits }: PlanningInput, model: string): string {
  const madeFrom = {
    goal: normalisedGoal(brief.goal),
    context: brief.context,
    recipe: recipe && [recipe.name, recipe.planHints, recipe.prompts?.planner ?? null],
    workerTypes: workerTypes.map(({ type, description, bestFor, notFor }) => [
      type,
      description,
      bestFor,
      notFor,
    ]),
    limits: [limits.maxTasks, limits.decomposition, limits.secondsPerTask],
    model,
    prompt: PROMPT_VERSION,
  };
  return createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex');
}

export function planCaching({ ledger, retentionMs, model }: PlanCacheDeps): PlanCaching {
  return {
    async read({ tenant, cache, input }) {
      if (cache !== 'read') return null;
      const kept = await readKeptPlan(ledger, tenant, digestOf(input, model));
      if (!kept) return null;
      const checked = checkPlan(kept.plan, planLimits(input));
      if (!checked.valid) return null;
      const match = kept.goal === input.brief.goal ? 'exact' : 'normalised';
      return { plan: checked.plan, from: { match, savedCalls: kept.calls } };
    },
    async keep({ tenant, cache, input }, plan, calls) {
      if (cache === undefined || cache === 'off') return;
      const kept = { goal: input.brief.goal, plan, calls };
      await keepPlan(ledger, tenant, digestOf(input, model), kept, retentionMs);
    },
  };
}
