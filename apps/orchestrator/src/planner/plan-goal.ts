import type { Plan } from '@baton/plan/plan';
import type { Recipe } from '@baton/plan/recipes';
import { DEFAULT_MAX_TASKS } from '@baton/shared/contract/goal-request';
import { isTerminal } from '@baton/shared/contract/goal-status';
import {
  advanceGoal,
  readGoalFacts,
  recordPlan,
  type GoalFacts,
  type PlanHead,
} from '@baton/shared/ledger/goal-record';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { EndGoal } from '../flows/end-goal.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import type { Planned, PlannerRequest } from './ask-planner.ts';
import { knownWorkerTypes } from './known-workers.ts';

export interface PlanGoalDeps {
  readonly ledger: Ledger;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly endGoal: EndGoal;
  /** Rejects only with what the queue should try again. */
  readonly askPlanner: (request: PlannerRequest, signal: AbortSignal) => Promise<Planned>;
  readonly runs: Pick<RunSubmitter, 'add' | 'resume'>;
  readonly logger: Logger;
}

/** The rev of a goal without a recorded plan: an answer that comes after one has been recorded ends nothing. */
const UNPLANNED = 0;
const FIRST_REV = 1;

async function plannerRequest(deps: PlanGoalDeps, goalId: string, facts: GoalFacts): Promise<PlannerRequest> {
  const { workerTypes, maxTasks = DEFAULT_MAX_TASKS, decomposition } = facts.options;
  const recipe = facts.recipe === null ? null : (deps.recipes.get(facts.recipe) ?? null);
  const known = await knownWorkerTypes(deps.ledger);
  const allowed = workerTypes ?? recipe?.workerTypes;
  return {
    goalId,
    rev: FIRST_REV,
    brief: { goal: facts.goal, context: facts.context },
    recipe,
    workerTypes: allowed ? known.filter(({ type }) => allowed.includes(type)) : known,
    maxTasks,
    decomposition,
  };
}

/** The plan to run, or null when the goal has ended without one. */
async function findPlan(
  deps: PlanGoalDeps,
  goalId: string,
  facts: GoalFacts,
  signal: AbortSignal,
): Promise<Plan | null> {
  if (facts.givenPlan) return facts.givenPlan;
  const advance = await advanceGoal(deps.ledger, goalId, {
    from: ['accepted'],
    to: 'planning',
    event: 'goal.planning',
  });
  if (advance === 'refused') return null;
  const planned = await deps.askPlanner(await plannerRequest(deps, goalId, facts), signal);
  if (planned.kind === 'plan') return planned.plan;
  if (planned.kind === 'direct') {
    const plan: PlanHead = { mode: 'direct', analysis: planned.analysis, taskIds: [] };
    await deps.endGoal(goalId, { status: 'succeeded', rev: UNPLANNED, output: planned.answer, plan });
  } else {
    await deps.endGoal(goalId, { status: 'failed', rev: UNPLANNED, error: planned.error });
  }
  return null;
}

/** Takes a goal from accepted to running; may be run again at any point of it. */
export async function planGoal(deps: PlanGoalDeps, goalId: string, signal: AbortSignal): Promise<void> {
  const facts = await readGoalFacts(deps.ledger, goalId);
  if (!facts || isTerminal(facts.status)) return;
  if (facts.plan) return deps.runs.resume(goalId);
  const plan = await findPlan(deps, goalId, facts, signal);
  if (!plan) return;
  if (!(await recordPlan(deps.ledger, goalId, FIRST_REV, plan))) return deps.runs.resume(goalId);
  deps.logger.info({ goalId, tasks: plan.tasks.length }, 'planned');
  await deps.runs.add({ goalId, rev: FIRST_REV, priority: facts.options.priority, tasks: plan.tasks });
}
