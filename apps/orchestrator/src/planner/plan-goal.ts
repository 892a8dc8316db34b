import type { Plan } from '@baton/plan/plan';
import type { Recipe } from '@baton/plan/recipes';
import type { GoalJob } from '@baton/shared/contract/queues';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { advanceGoal, readGoalFacts, type GoalFacts, type PlanHead } from '@baton/shared/ledger/goal-record';
import { FIRST_REV, recordPlan } from '@baton/shared/ledger/plan-record';
import { rolePurpose } from '@baton/shared/ledger/goal-purpose';
import { abandonLease, MOST_DEATHS, PLANNER, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { notePlanCache } from '@baton/shared/ledger/plan-cache';
import { proposePlan } from '@baton/shared/ledger/plan-approval';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { EndGoal } from '../flows/end-goal.ts';
import { letGo } from '../flows/let-go.ts';
import { runSettings } from '../flows/plan-to-dag.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import type { FitPlan } from '../forecast/fit-plan.ts';
import type { Planned, PlannerRequest } from './ask-planner.ts';
import type { CachedGoal, PlanCaching } from './plan-cache.ts';
import { planningInput } from './planning-input.ts';

export interface PlanGoalDeps {
  readonly ledger: Ledger;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly endGoal: EndGoal;
  /** Rejects only with what the queue should try again. */
  readonly askPlanner: (request: PlannerRequest, signal: AbortSignal) => Promise<Planned>;
  readonly runs: Pick<RunSubmitter, 'add' | 'resume'>;
  readonly fitPlan: FitPlan;
  readonly planCache: PlanCaching;
  readonly logger: Logger;
}

/** The rev of a goal without a recorded plan: an answer that comes after one has been recorded ends nothing. */
const UNPLANNED = 0;

async function plannerRequest(
  deps: PlanGoalDeps,
  goalId: string,
  facts: GoalFacts,
  { lease, retries }: Pick<PlannerRequest, 'lease' | 'retries'>,
  waking: CallPurpose['job'],
): Promise<PlannerRequest> {
  const purpose = rolePurpose(PLANNER, facts, waking);
  return { goalId, lease, retries, purpose, ...(await planningInput(deps, facts)) };
}

const spent = {
  type: 'planner_died',
  message: `The orchestrator process died each of the ${MOST_DEATHS} times that this goal was being planned, so it is not tried again.`,
};

/** Has the goal planned under a lease; the plan is recorded, or the goal ended, before the lease is let go. */
async function askForPlan(
  deps: PlanGoalDeps,
  goalId: string,
  facts: GoalFacts,
  signal: AbortSignal,
  waking: CallPurpose['job'],
): Promise<void> {
  const advance = await advanceGoal(deps.ledger, goalId, {
    from: ['accepted'],
    rev: null,
    to: 'planning',
    event: 'goal.planning',
    place: PLANNER,
  });
  failpoint('plan.marked');
  if (advance.kind === 'refused') return;
  if (advance.kind === 'spent') {
    await deps.endGoal(goalId, { status: 'failed', rev: UNPLANNED, lease: null, error: spent });
    return;
  }
  const { lease } = advance;
  try {
    const request = await plannerRequest(deps, goalId, facts, advance, waking);
    const cached = { tenant: facts.tenant, cache: facts.options.cache, input: request };
    const found = await deps.planCache.read(cached);
    if (facts.options.cache === 'read') await notePlanCache(deps.ledger, goalId, found?.from ?? null);
    const planned: Planned = found
      ? { kind: 'plan', plan: found.plan, calls: 0 }
      : await deps.askPlanner(request, signal);
    failpoint('plan.decided');
    if (await commit(deps, goalId, facts, lease, planned)) {
      if (!found && planned.kind === 'plan') await keep(deps, goalId, cached, planned);
      return;
    }
  } catch (error) {
    await abandonLease(deps.ledger, goalId, lease);
    throw error;
  }
  await letGo(deps.ledger, goalId, UNPLANNED, lease);
}

/** A plan that can't be kept is made anew for the next goal. */
async function keep(
  deps: PlanGoalDeps,
  goalId: string,
  cached: CachedGoal,
  { plan, calls }: Extract<Planned, { kind: 'plan' }>,
): Promise<void> {
  await deps.planCache
    .keep(cached, plan, calls)
    .catch((error: Error) => deps.logger.warn({ goalId, err: error }, 'plan not kept'));
}

/** False when somebody else has taken the planning over, or the goal has ended. */
async function commit(
  deps: PlanGoalDeps,
  goalId: string,
  facts: GoalFacts,
  lease: Lease,
  planned: Planned,
): Promise<boolean> {
  if (planned.kind === 'plan') return adopt(deps, goalId, facts, lease, planned.plan);
  if (planned.kind === 'failed') {
    return deps.endGoal(goalId, { status: 'failed', rev: UNPLANNED, lease, error: planned.error });
  }
  const head: PlanHead = { mode: 'direct', analysis: planned.analysis, taskIds: [] };
  return deps.endGoal(goalId, {
    status: 'succeeded',
    rev: UNPLANNED,
    lease,
    output: planned.answer,
    plan: head,
  });
}

/** Runs the plan, or puts it before whoever is to approve it. False when somebody else has taken the planning over. */
async function adopt(
  deps: PlanGoalDeps,
  goalId: string,
  facts: GoalFacts,
  lease: Lease | null,
  plan: Plan,
): Promise<boolean> {
  if (!facts.options.approval) return run(deps, goalId, facts, lease, plan);
  const isMine = await proposePlan(deps.ledger, goalId, lease, plan);
  failpoint('plan.proposed');
  if (isMine) deps.logger.info({ goalId, tasks: plan.tasks.length }, 'planned, and waits for approval');
  return isMine;
}

/** Records the plan and adds its flow. False when another run's plan was recorded, whose flow is then looked after. */
async function run(
  deps: PlanGoalDeps,
  goalId: string,
  facts: GoalFacts,
  lease: Lease | null,
  { analysis, tasks }: Plan,
): Promise<boolean> {
  const budget = await deps.fitPlan(goalId, facts, tasks);
  const isMine = await recordPlan(deps.ledger, goalId, FIRST_REV, lease, { analysis, tasks }, budget);
  failpoint('plan.recorded');
  if (!isMine) {
    await deps.runs.resume(goalId);
    return false;
  }
  const kept = budget ? tasks.filter(({ id }) => !budget.leftOut.has(id)) : tasks;
  deps.logger.info({ goalId, tasks: kept.length }, 'planned');
  await deps.runs.add({ goalId, rev: FIRST_REV, tasks: kept, ...runSettings(facts) });
  return true;
}

/**
 * Takes a goal from accepted to running, or to where its plan waits for approval, and from there to running; may be run again at
 * any point of it.
 * @param waking the job that does so, to be woken when an answer is there that it doesn't wait for.
 */
export async function planGoal(
  deps: PlanGoalDeps,
  { goalId, retries }: GoalJob,
  signal: AbortSignal,
  waking: CallPurpose['job'] = null,
): Promise<void> {
  failpoint('plan.taken');
  const facts = await readGoalFacts(deps.ledger, goalId);
  // A job of an earlier run may have waited until the goal was set going again, with a job of its own.
  if (!facts || isTerminal(facts.status) || facts.retries !== retries) return;
  if (facts.plan) await deps.runs.resume(goalId);
  else if (facts.status === 'awaiting_approval') return;
  else if (facts.givenPlan) await adopt(deps, goalId, facts, null, facts.givenPlan);
  else await askForPlan(deps, goalId, facts, signal, waking);
}
