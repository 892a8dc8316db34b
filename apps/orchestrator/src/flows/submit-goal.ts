import type { Recipe } from '@baton/plan/recipes';
import type { Goal } from '@baton/shared/contract/goal';
import type { GoalRequest } from '@baton/shared/contract/goal-request';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { createGoal, forgetGoal, type Idempotency, type NewGoal } from '@baton/shared/ledger/goal-acceptance';
import { acceptedGoal, type GoalLinks } from '@baton/shared/ledger/goal-view';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { Admission } from '@baton/shared/redis/admission';
import type { Durability } from '@baton/shared/redis/durability';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { inSpan } from '@baton/shared/telemetry/tracing';
import type { GoalsQueue } from './goals-queue.ts';
import { newGoalId } from './new-goal-id.ts';

/** What a new goal has to pass before it is promised to be worked on. */
interface Intake {
  /** On the connection whose writes `durability` vouches for. */
  readonly ledger: Ledger;
  readonly durability: Durability;
  readonly admission: Pick<Admission, 'check'>;
}

export interface SubmitGoalDeps {
  readonly intake: Intake;
  readonly queue: Pick<GoalsQueue, 'add'>;
  readonly links: GoalLinks;
  readonly metrics: Metrics;
  /** ms that a goal may take unless its request says otherwise. */
  readonly deadlineMs: number;
  /** Goals of one tenant that may be open at once; 0 for any number. */
  readonly mostOpen: number;
  /** Of a goal whose request says nothing of it. */
  readonly reviewRounds: number;
  readonly recipes: ReadonlyMap<string, Recipe>;
}

export type Submission =
  /** The goal can not be lost. */
  | { readonly kind: 'accepted'; readonly goal: Goal }
  /** The Idempotency-Key has made this goal before, of the same body. */
  | { readonly kind: 'replayed'; readonly goalId: string }
  /** The Idempotency-Key has made a goal of another body. */
  | { readonly kind: 'mismatch' }
  /** The tenant has as many open goals as it may. */
  | { readonly kind: 'full'; readonly mostOpen: number }
  /** The tenant has spent its budget of the day. */
  | { readonly kind: 'exhausted'; readonly nextDayInMs: number };

export type SubmitGoal = (
  tenant: string,
  request: GoalRequest,
  idempotency: Idempotency | null,
) => Promise<Submission>;

/** Takes a goal in: once the promise resolves, what it resolves to is as safe as `ACK` says. */
export function goalSubmitter(deps: SubmitGoalDeps): SubmitGoal {
  const { intake, queue, links, metrics, deadlineMs, mostOpen, reviewRounds, recipes } = deps;

  /** What this server says where the request says nothing is part of the goal from now on, whatever is set later. */
  function settled(request: GoalRequest): Pick<NewGoal, 'request' | 'taskPrompts'> {
    const { options, recipe } = request;
    return {
      request: { ...request, options: { ...options, reviewRounds: options.reviewRounds ?? reviewRounds } },
      taskPrompts: (recipe == null ? undefined : recipes.get(recipe)?.prompts?.tasks) ?? {},
    };
  }

  /** The goal is safe whatever comes of it: should this fail, the watchdog gives it its job. */
  async function enqueue({ goalId, request }: NewGoal, acceptedAt: number): Promise<void> {
    const { priority } = request.options;
    await queue.add('plan', { goalId, retries: 0 }, { priority, acceptedAt }).catch(() => undefined);
  }

  async function takeBack(goal: NewGoal): Promise<void> {
    const isForgotten = await forgetGoal(intake.ledger, goal).catch(() => null);
    if (isForgotten === false) await enqueue(goal, Date.now());
  }

  async function accept(goal: NewGoal): Promise<Submission> {
    const { goalId } = goal;
    failpoint('submit.checked');
    const creation = await createGoal(intake.ledger, goal).catch((error: unknown) => {
      // It may have been written all the same, and nobody knows of it.
      void takeBack(goal);
      throw error;
    });
    failpoint('submit.written');
    if (creation.kind === 'taken') throw new Error(`The goal id ${goalId} is taken.`);
    if (creation.kind === 'mismatch') return { kind: 'mismatch' };
    if (creation.kind === 'full') return { kind: 'full', mostOpen };
    if (creation.kind === 'exhausted') return creation;
    if (creation.kind === 'replayed') {
      await intake.durability.settled();
      return creation;
    }
    // In the turn in which the write was answered: see durability.ts.
    await intake.durability.settled().catch(async (error: unknown) => {
      await takeBack(goal);
      throw error;
    });
    failpoint('submit.durable');
    await enqueue(goal, creation.createdAt);
    failpoint('submit.queued');
    metrics.goalsAccepted.inc();
    return { kind: 'accepted', goal: acceptedGoal(goal, creation.createdAt, links) };
  }

  return async (tenant, request, idempotency) => {
    intake.admission.check();
    const goalId = newGoalId();
    const goal: NewGoal = { goalId, tenant, ...settled(request), deadlineMs, idempotency, mostOpen };
    const attributes = { 'baton.goal.id': goalId };
    // What is done for the goal, for as long as it lives, is below this span.
    return inSpan('accept goal', { kind: 'producer', attributes }, async (span) => {
      const submission = await accept(goal);
      span.set({ 'baton.submission': submission.kind });
      return submission;
    });
  };
}
