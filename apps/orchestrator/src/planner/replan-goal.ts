/**
 * Changes the plan of a goal in which something failed that mattered, once everything that could run has ended.
 *
 * 1. Nothing of the goal is in flight: its root job is what asks.
 * 2. It may be run again at any point of it. The planner's answer is in the journal, and the goal is moved on by one script.
 * 3. `maxReplans` bounds it, whatever the model says: each change is counted in that script.
 * 4. Should the process die, or Redis fail it, when the goal has moved on and its flow is not added, the next run of its job adds it.
 * 5. Without a lawful change, whatever the reason, the goal goes on to its answer with what there is.
 */
import type { Plan } from '@baton/plan/plan';
import { wantsReplan } from '@baton/plan/replan';
import { shortBudgetOf } from '@baton/shared/contract/budget-skip';
import type { SynthesisJob } from '@baton/shared/contract/queues';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { plannedTask, takePlace, type GoalFacts } from '@baton/shared/ledger/goal-record';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { rolePurpose } from '@baton/shared/ledger/goal-purpose';
import { abandonLease, releaseLease, REPLANNER, type Lease } from '@baton/shared/ledger/lease';
import { amendPlan } from '@baton/shared/ledger/plan-amendment';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { FitPlan } from '../forecast/fit-plan.ts';
import { letGo } from '../flows/let-go.ts';
import { beginNextRev } from '../flows/next-rev.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import { outcomesOf, type Replanned, type ReplannerRequest } from './ask-replanner.ts';
import { planningInput, type PlanningDeps } from './planning-input.ts';

export interface ReplanGoalDeps extends PlanningDeps {
  /** Rejects only with what the queue should try again. */
  readonly askReplanner: (request: ReplannerRequest, signal: AbortSignal) => Promise<Replanned>;
  readonly runs: Pick<RunSubmitter, 'begin'>;
  readonly fitPlan: FitPlan;
  readonly logger: Logger;
}

/** True when the goal goes on as another rev, or has ended: the caller has nothing more to do. */
export type ReplanGoal = (
  job: SynthesisJob,
  facts: GoalFacts,
  results: readonly TaskResult[],
  signal: AbortSignal,
  waking?: CallPurpose['job'],
) => Promise<boolean>;

function planOf({ plan }: GoalFacts, results: readonly TaskResult[]): Plan {
  return { analysis: plan?.analysis ?? '', tasks: results.map(({ task }) => plannedTask(task)) };
}

/** False when somebody else has taken it over, or the goal has moved on. */
async function adopt(
  deps: ReplanGoalDeps,
  job: SynthesisJob,
  facts: GoalFacts,
  lease: Lease,
  results: readonly TaskResult[],
  { plan, runs, analysis, drop, replace, add }: Exclude<Replanned, { kind: 'kept' }>,
): Promise<boolean> {
  const { goalId, rev } = job;
  const ended = new Set(results.filter(({ outcome }) => outcome).map(({ task }) => task.id));
  const tasks = plan.tasks.map(({ id, worker, dependencies }) => ({ id, worker, dependencies }));
  const budget = await deps.fitPlan(
    goalId,
    facts,
    plan.tasks.filter(({ id }) => runs.includes(id)),
  );
  const isMine = await amendPlan(deps.ledger, goalId, {
    rev,
    lease,
    plan,
    clear: runs.filter((id) => ended.has(id)),
    end: null,
    event: {
      event: 'goal.replanned',
      data: {
        analysis,
        drop,
        replace,
        add,
        tasks,
        taskIds: runs,
        ...(budget?.told && { budget: budget.told }),
      },
    },
    counts: 'replans',
    fields: {},
    budget,
  });
  failpoint('replan.recorded');
  if (!isMine) return false;
  deps.logger.info({ goalId, rev: rev + 1, tasks: runs.length }, 'plan changed');
  await beginNextRev(deps.runs, job);
  return true;
}

function isWanted(
  { status, kind, options, replans, finishedEarly }: GoalFacts,
  results: readonly TaskResult[],
): boolean {
  if (status !== 'running' || kind === 'each' || finishedEarly !== null) return false;
  const tasks = results.map(({ task }) => task);
  // What a budget kept from running is not done for want of anything else, and another plan has no more to spend.
  const outcomes = outcomesOf(results.filter(({ outcome }) => shortBudgetOf(outcome) === null));
  return wantsReplan({ tasks, outcomes, replans, maxReplans: options.maxReplans ?? 0 });
}

export function replanner(deps: ReplanGoalDeps): ReplanGoal {
  return async (job, facts, results, signal, waking = null) => {
    if (!isWanted(facts, results)) return false;
    const { goalId, rev } = job;
    const advance = await takePlace(deps.ledger, goalId, rev, REPLANNER);
    failpoint('replan.marked');
    if (advance.kind === 'spent') {
      deps.logger.warn({ goalId }, 'the process died each time that the plan was to be changed: it stays');
    }
    if (advance.kind === 'refused' || advance.kind === 'spent') return false;
    const { lease, retries } = advance;
    try {
      const asked = await planningInput(deps, facts);
      // A plan that was given may hold more tasks than one that is asked for.
      const input = { ...asked, maxTasks: Math.max(asked.maxTasks, results.length) };
      const purpose = rolePurpose(REPLANNER, facts, waking);
      const request = { goalId, lease, retries, purpose, input, plan: planOf(facts, results), results };
      const replanned = await deps.askReplanner(request, signal);
      failpoint('replan.decided');
      if (replanned.kind === 'kept') {
        deps.logger.info({ goalId, reason: replanned.reason }, 'plan kept');
        await releaseLease(deps.ledger, goalId, lease);
        return false;
      }
      if (await adopt(deps, job, facts, lease, results, replanned)) return true;
    } catch (error) {
      await abandonLease(deps.ledger, goalId, lease);
      throw error;
    }
    await letGo(deps.ledger, goalId, rev, lease);
    return true;
  };
}
