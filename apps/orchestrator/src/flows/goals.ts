import { customAlphabet } from 'nanoid';
import type { Recipe } from '@baton/plan/recipes';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { createGoal, forgetGoal } from '@baton/shared/ledger/goal-record';
import { listGoals } from '@baton/shared/ledger/goal-index';
import { acceptedGoal, readGoal, type GoalLinks } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import type { Goals } from '../http/goals.ts';
import { knownWorkerTypes } from '../planner/known-workers.ts';
import type { EndGoal } from './end-goal.ts';
import type { GoalsQueue } from './goals-queue.ts';

/** 100 random bits: never a bare integer, never a colon, safe in addresses and job ids. */
const goalIdSuffix = customAlphabet('0123456789abcdefghjkmnpqrstvwxyz', 20);

export interface GoalsDeps {
  readonly ledger: Ledger;
  readonly queue: GoalsQueue;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly endGoal: EndGoal;
  readonly links: GoalLinks;
  readonly metrics: Metrics;
}

export function createGoals({ ledger, queue, recipes, endGoal, links, metrics }: GoalsDeps): Goals {
  const cancelled = { status: 'cancelled', reason: 'The goal was cancelled.' } as const;
  return {
    knownNames: async () => ({
      workers: (await knownWorkerTypes(ledger)).map(({ type }) => type),
      recipes: [...recipes.keys()],
    }),
    async submit(tenant, request) {
      const goalId = `goal_${goalIdSuffix()}`;
      const newGoal = { goalId, tenant, request };
      const createdAt = await createGoal(ledger, newGoal);
      if (createdAt === null) throw new Error(`The goal id ${goalId} is taken.`);
      try {
        await queue.add(goalId, request.options.priority);
      } catch (error) {
        await forgetGoal(ledger, goalId, tenant).catch(() => undefined);
        throw error;
      }
      metrics.goalsAccepted.inc();
      return acceptedGoal(newGoal, createdAt, links);
    },
    get: (tenant, goalId) => readGoal(ledger, goalId, tenant, links),
    list: (tenant, query) => listGoals(ledger, { tenant, ...query }, links),
    async cancel(tenant, goalId) {
      const goal = await readGoal(ledger, goalId, tenant, links);
      if (!goal) return null;
      if (isTerminal(goal.status)) return false;
      if (!(await endGoal(goalId, { status: 'cancelled', rev: null, openTasks: cancelled }))) return false;
      return readGoal(ledger, goalId, tenant, links);
    },
  };
}
