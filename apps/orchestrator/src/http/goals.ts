import { Router, type Request, type Response } from 'express';
import type { Plan } from '@baton/plan/plan';
import type { FeedbackRequest } from '@baton/shared/contract/feedback';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { goalListQuerySchema } from '@baton/shared/contract/goal-list';
import type { Place } from '@baton/shared/ledger/goal-index';
import type { ParentTask } from '@baton/shared/ledger/goal-record';
import type { Proposal } from '@baton/shared/ledger/plan-approval';
import type { SubmitGoal } from '../flows/submit-goal.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { callerOf, requireScope } from './authenticate.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import { sendOutput, type EarlierOutput } from './goal-output.ts';
import { idempotencyKeyOf, idempotencyOf } from './idempotency.ts';
import { readKnownRequest, type ReadKnownNames } from './known-request.ts';
import { holdStream } from './open-streams.ts';
import { clientGone, preferredWait } from './prefer-wait.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';
import { withLabels } from './query-labels.ts';
import { accepted, kept } from './submission.ts';
import { bodyOf, check } from './validate.ts';

/** What these routes need of the rest of the orchestrator. */
export interface Goals {
  knownNames: ReadKnownNames;
  submit: SubmitGoal;
  /** Of a goal that is known to be the caller's. */
  summary(goalId: string): Promise<GoalSummary | null>;
  /** Resolves when the goal has ended, after `ms`, or when the signal is aborted, whatever comes first. */
  endOf(tenant: string, goalId: string, ms: number, signal: AbortSignal): Promise<void>;
  get(tenant: string, goalId: string): Promise<Goal | null>;
  earlierOutput: EarlierOutput;
  list(
    tenant: string,
    query: {
      status: Goal['status'] | null;
      labels: Record<string, string>;
      limit: number;
      after: Place | null;
    },
  ): Promise<{ items: readonly GoalSummary[]; next: Place | null }>;
  /** Null when there is no such goal, false when it has ended already. */
  cancel(tenant: string, goalId: string): Promise<Goal | false | null>;
  /** Null when there is no such goal, false when it goes on or has succeeded; a sub-goal is retried with the goal that it is for. */
  retry(
    tenant: string,
    goalId: string,
  ): Promise<Goal | false | null | { mostOpen: number } | { subGoalOf: ParentTask }>;
  /** Null when there is no such goal. */
  proposal(tenant: string, goalId: string): Promise<Proposal | null>;
  /** Null when there is no such goal, false when it awaits no approval. The plan takes the place of the proposed one. */
  approve(tenant: string, goalId: string, plan: Plan | null): Promise<Goal | false | null>;
  /** Null when there is no such goal, false when it awaits no approval. */
  reject(tenant: string, goalId: string, reason: string | null): Promise<Goal | false | null>;
  /** Null when there is no such goal, `open` while it goes on, `full` when it has as much feedback as it may. */
  feedback(tenant: string, goalId: string, feedback: FeedbackRequest): Promise<Goal | 'open' | 'full' | null>;
}

async function goalOr404(goals: Goals, request: Request, response: Response): Promise<Goal> {
  const goalId = String(request.params['goalId']);
  const goal = await goals.get(callerOf(response).tenant, goalId);
  if (!goal) throw noSuchGoal(goalId);
  return goal;
}

/** The goal as it is when it has ended, or the time is over that the request would wait; at once where it would not. */
async function awaitEnd(goals: Goals, goal: Goal, request: Request, response: Response): Promise<Goal> {
  const seconds = preferredWait(request);
  if (seconds === null) return goal;
  const { tenant } = callerOf(response);
  try {
    const release = holdStream(response);
    response.setHeader('preference-applied', `wait=${seconds}`);
    await goals.endOf(tenant, goal.id, seconds * 1_000, clientGone(response));
    release();
    return (await goals.get(tenant, goal.id)) ?? goal;
  } catch {
    // The goal is accepted whatever befalls the wait, and a preference need not be met.
    response.removeHeader('retry-after');
    return goal;
  }
}

export function goalRoutes(goals: Goals): Router {
  const router = Router();
  router.param('goalId', requireGoalId);

  router
    .route('/goals')
    .post(requireScope('submit'), async (request, response) => {
      const key = idempotencyKeyOf(request);
      const body = bodyOf(request);
      const goalRequest = await readKnownRequest(body, goals);
      const { tenant } = callerOf(response);
      const submission = await goals.submit(tenant, goalRequest, idempotencyOf(key, null, body));
      const isReplay = submission.kind === 'replayed';
      const goal = isReplay ? kept(await goals.get(tenant, submission.goalId)) : accepted(submission);
      response.location(goal.links.self);
      if (isReplay) response.setHeader('idempotency-replayed', 'true');
      const waited = await awaitEnd(goals, goal, request, response);
      response.status(isReplay || isTerminal(waited.status) ? 200 : 202).json(waited);
    })
    .get(requireScope('read'), async (request, response) => {
      const query = check(goalListQuerySchema, withLabels(request.query), 'the query');
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
      const { items, next } = await goals.list(callerOf(response).tenant, {
        status: query.status ?? null,
        labels: query.labels,
        limit: query.limit,
        after,
      });
      response.json({ items, nextCursor: next && encodeCursor(next) });
    })
    .all(methodNotAllowed('GET, POST'));

  router
    .route('/goals/:goalId')
    .get(requireScope('read'), async (request, response) => {
      response.json(await goalOr404(goals, request, response));
    })
    .all(methodNotAllowed('GET'));

  router
    .route('/goals/:goalId/plan')
    .get(requireScope('read'), async (request, response) => {
      const goal = await goalOr404(goals, request, response);
      if (!goal.plan)
        throw new ProblemError('conflict', `Goal ${goal.id} is ${goal.status} and has no plan.`);
      response.json(goal.plan);
    })
    .all(methodNotAllowed('GET'));

  router
    .route('/goals/:goalId/tasks')
    .get(requireScope('read'), async (request, response) => {
      response.json({ items: (await goalOr404(goals, request, response)).tasks });
    })
    .all(methodNotAllowed('GET'));

  router
    .route('/goals/:goalId/tasks/:taskId')
    .get(requireScope('read'), async (request, response) => {
      const goal = await goalOr404(goals, request, response);
      const { taskId } = request.params;
      const task = goal.tasks.find(({ id }) => id === taskId);
      if (!task) throw new ProblemError('not_found', `Goal ${goal.id} has no task ${taskId}.`);
      response.json(task);
    })
    .all(methodNotAllowed('GET'));

  router
    .route('/goals/:goalId/output')
    .get(requireScope('read'), async (request, response) => {
      await sendOutput(await goalOr404(goals, request, response), goals.earlierOutput, request, response);
    })
    .all(methodNotAllowed('GET'));

  return router;
}
