import { customAlphabet } from 'nanoid';
import type { Recipe } from '@baton/plan/recipes';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { retryGoal } from '@baton/shared/ledger/goal-end';
import { createGoal, forgetGoal, readGoalFacts } from '@baton/shared/ledger/goal-record';
import { listGoals } from '@baton/shared/ledger/goal-index';
import { acceptedGoal, readGoal, type GoalLinks } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { Admission } from '@baton/shared/redis/admission';
import type { Durability } from '@baton/shared/redis/durability';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import type { Goals } from '../http/goals.ts';
import { knownWorkerTypes } from '../planner/known-workers.ts';
import type { EndGoal } from './end-goal.ts';
import type { GoalsQueue } from './goals-queue.ts';

/** 100 random bits: never a bare integer, never a colon, safe in addresses and job ids. */
const goalIdSuffix = customAlphabet('0123456789abcdefghjkmnpqrstvwxyz', 20);

/** What a new goal has to pass before it is promised to be worked on. */
interface Intake {
  /** On the connection whose writes `durability` vouches for. */
  readonly ledger: Ledger;
  readonly durability: Durability;
  readonly admission: Pick<Admission, 'check'>;
}

export interface GoalsDeps {
  readonly ledger: Ledger;
  readonly intake: Intake;
  readonly queue: GoalsQueue;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly endGoal: EndGoal;
  readonly links: GoalLinks;
  readonly metrics: Metrics;
  /** ms that a goal may take unless its request says otherwise. */
  readonly deadlineMs: number;
  /** Webhooks may be on private addresses, and without TLS. */
  readonly privateWebhooks: boolean;
}

export function createGoals({
  ledger,
  intake,
  queue,
  recipes,
  endGoal,
  links,
  metrics,
  deadlineMs,
  privateWebhooks,
}: GoalsDeps): Goals {
  const cancelled = {
    status: 'cancelled',
    rev: null,
    lease: null,
    leavesJobs: true,
    openTasks: { status: 'cancelled', reason: 'The goal was cancelled.' },
  } as const;
  return {
    knownNames: async () => ({
      workers: (await knownWorkerTypes(ledger)).map(({ type }) => type),
      recipes: [...recipes.keys()],
      privateWebhooks,
    }),
    async submit(tenant, request) {
      intake.admission.check();
      const goalId = `goal_${goalIdSuffix()}`;
      const newGoal = { goalId, tenant, request, deadlineMs };
      failpoint('submit.checked');
      const createdAt = await createGoal(intake.ledger, newGoal);
      failpoint('submit.written');
      if (createdAt === null) throw new Error(`The goal id ${goalId} is taken.`);
      try {
        await intake.durability.settled();
      } catch (error) {
        await forgetGoal(intake.ledger, goalId, tenant).catch(() => undefined);
        throw error;
      }
      failpoint('submit.durable');
      // The goal is safe whatever comes now: should this fail, the watchdog gives it its job.
      await queue.add(goalId, 0, request.options.priority).catch(() => undefined);
      failpoint('submit.queued');
      metrics.goalsAccepted.inc();
      return acceptedGoal(newGoal, createdAt, links);
    },
    get: (tenant, goalId) => readGoal(ledger, goalId, tenant, links),
    list: (tenant, query) => listGoals(ledger, { tenant, ...query }, links),
    async cancel(tenant, goalId) {
      const goal = await readGoal(ledger, goalId, tenant, links);
      if (!goal) return null;
      if (isTerminal(goal.status)) return false;
      if (!(await endGoal(goalId, cancelled))) return false;
      failpoint('cancel.ended');
      return readGoal(ledger, goalId, tenant, links);
    },
    async retry(tenant, goalId) {
      const facts = await readGoalFacts(ledger, goalId);
      if (facts?.tenant !== tenant) return null;
      intake.admission.check();
      const retried = await retryGoal(ledger, goalId);
      if (retried.kind !== 'retried') return retried.kind === 'gone' ? null : false;
      failpoint('retry.recorded');
      // The goal is open again whatever comes now: should this fail, the watchdog gives it its job.
      await queue.add(goalId, retried.retries, facts.options.priority).catch(() => undefined);
      failpoint('retry.queued');
      return readGoal(ledger, goalId, tenant, links);
    },
  };
}
