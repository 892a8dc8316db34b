import { canonicalJson } from '@baton/shared/contract/canonical-json';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { addFeedback } from '@baton/shared/ledger/feedback';
import { retryGoal } from '@baton/shared/ledger/goal-end';
import { listGoals } from '@baton/shared/ledger/goal-index';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import { FIRST_REV } from '@baton/shared/ledger/plan-record';
import { readEarlierOutput, readGoal, readSummaries } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { approvePlan, readProposal } from '@baton/shared/ledger/plan-approval';
import { readCarrier } from '@baton/shared/telemetry/trace-carrier';
import { inTrace } from '@baton/shared/telemetry/tracing';
import type { Goals } from '../http/goals.ts';
import type { FitPlan } from '../forecast/fit-plan.ts';
import type { EndGoal } from './end-goal.ts';
import type { GoalsQueue } from './goals-queue.ts';
import { knownNamesReader } from './known-names.ts';
import { goalSubmitter, type SubmitGoalDeps } from './submit-goal.ts';

export interface GoalsDeps extends SubmitGoalDeps {
  readonly ledger: Ledger;
  readonly queue: GoalsQueue;
  readonly endGoal: EndGoal;
  readonly endOf: Goals['endOf'];
  /** Webhooks may be on private addresses, and without TLS. */
  readonly privateWebhooks: boolean;
  readonly fitPlan: FitPlan;
}

const cancelled = {
  status: 'cancelled',
  rev: null,
  lease: null,
  leavesJobs: true,
  openTasks: { status: 'cancelled', reason: 'The goal was cancelled.' },
} as const;

function rejected(reason: string | null) {
  const message =
    reason === null || reason === '' ? 'The plan was rejected.' : `The plan was rejected: ${reason}`;
  return {
    status: 'cancelled',
    rev: null,
    lease: null,
    onlyFrom: 'awaiting_approval',
    error: { type: 'plan_rejected', message },
  } as const;
}

export function createGoals(deps: GoalsDeps): Goals {
  const { ledger, intake, queue, recipes, endGoal, endOf, links, mostOpen, privateWebhooks } = deps;
  const get: Goals['get'] = (tenant, goalId) => readGoal(ledger, goalId, tenant, links);
  return {
    knownNames: knownNamesReader({ ledger, recipes, privateWebhooks }),
    submit: goalSubmitter(deps),
    get,
    earlierOutput: (goalId, rev) => readEarlierOutput(ledger, goalId, rev),
    summary: async (goalId) => (await readSummaries(ledger, [goalId], links))[0] ?? null,
    endOf,
    list: (tenant, query) => listGoals(ledger, { tenant, ...query }, links),
    async cancel(tenant, goalId) {
      const goal = await get(tenant, goalId);
      if (!goal) return null;
      if (isTerminal(goal.status)) return false;
      if (!(await endGoal(goalId, cancelled))) return false;
      failpoint('cancel.ended');
      return get(tenant, goalId);
    },
    async retry(tenant, goalId) {
      const facts = await readGoalFacts(ledger, goalId);
      if (facts?.tenant !== tenant) return null;
      if (facts.parent) return { subGoalOf: facts.parent };
      intake.admission.check();
      const retried = await retryGoal(ledger, goalId, mostOpen);
      if (retried.kind === 'gone') return null;
      if (retried.kind === 'full') return { mostOpen };
      if (retried.kind === 'refused') return false;
      failpoint('retry.recorded');
      // The goal is open again whatever comes now: should this fail, the watchdog gives it its job.
      const { retries } = retried;
      const urgency = { priority: facts.options.priority, acceptedAt: facts.acceptedAt };
      await inTrace(readCarrier(facts.trace), () => queue.add('plan', { goalId, retries }, urgency)).catch(
        () => undefined,
      );
      failpoint('retry.queued');
      return get(tenant, goalId);
    },
    proposal: (tenant, goalId) => readProposal(ledger, goalId, tenant),
    async approve(tenant, goalId, editedPlan) {
      const proposal = await readProposal(ledger, goalId, tenant);
      if (!proposal) return null;
      const plan = editedPlan ?? proposal.plan;
      const isEdited = canonicalJson(plan) !== canonicalJson(proposal.plan);
      const facts = await readGoalFacts(ledger, goalId);
      if (!plan || !facts) return false;
      const budget = await deps.fitPlan(goalId, facts, plan.tasks);
      if (!(await approvePlan(ledger, goalId, FIRST_REV, plan, isEdited, budget))) return false;
      failpoint('approve.recorded');
      // The goal runs whatever comes now: should this fail, the watchdog gives it its job.
      const { retries, options, createdAt } = proposal;
      const urgency = { priority: options.priority, acceptedAt: createdAt };
      await inTrace(readCarrier(facts.trace), () => queue.add('run', { goalId, retries }, urgency)).catch(
        () => undefined,
      );
      failpoint('approve.queued');
      return get(tenant, goalId);
    },
    async reject(tenant, goalId, reason) {
      if (!(await readProposal(ledger, goalId, tenant))) return null;
      if (!(await endGoal(goalId, rejected(reason)))) return false;
      return get(tenant, goalId);
    },
    async feedback(tenant, goalId, feedback) {
      const given = await addFeedback(ledger, goalId, tenant, feedback);
      if (given === 'gone') return null;
      return given === 'added' ? get(tenant, goalId) : given;
    },
  };
}
