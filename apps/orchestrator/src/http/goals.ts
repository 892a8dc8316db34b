import { Router, type Request, type Response } from 'express';
import type { GoalRequest } from '@baton/shared/contract/goal-request';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { goalListQuerySchema } from '@baton/shared/contract/goal-list';
import type { Place } from '@baton/shared/ledger/goal-index';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { callerOf, requireScope } from './authenticate.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import { readGoalRequest, type KnownNames } from './goal-request.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';
import { bodyOf, check, invalidRequest } from './validate.ts';

/** What these routes need of the rest of the orchestrator. */
export interface Goals {
  knownNames(): Promise<KnownNames>;
  /** Resolves once the goal can not be lost. */
  submit(tenant: string, request: GoalRequest): Promise<Goal>;
  get(tenant: string, goalId: string): Promise<Goal | null>;
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
  /** Null when there is no such goal, false when it goes on or has succeeded. */
  retry(tenant: string, goalId: string): Promise<Goal | false | null>;
}

async function goalOr404(goals: Goals, request: Request, response: Response): Promise<Goal> {
  const goalId = String(request.params['goalId']);
  const goal = await goals.get(callerOf(response).tenant, goalId);
  if (!goal) throw noSuchGoal(goalId);
  return goal;
}

const noLabels = { path: 'labels', message: 'is not a known field. Give each label as label.<key>=<value>.' };

function splitLabels(query: Request['query']): {
  labels: Record<string, unknown>;
  rest: Record<string, unknown>;
} {
  const entries = Object.entries(query);
  const isLabel = ([name]: [string, unknown]): boolean => name.startsWith('label.');
  return {
    labels: Object.fromEntries(
      entries.filter(isLabel).map(([name, value]) => [name.slice('label.'.length), value]),
    ),
    rest: Object.fromEntries(entries.filter((entry) => !isLabel(entry))),
  };
}

export function goalRoutes(goals: Goals): Router {
  const router = Router();
  router.param('goalId', requireGoalId);

  router
    .route('/goals')
    .post(requireScope('submit'), async (request, response) => {
      const goalRequest = readGoalRequest(bodyOf(request), await goals.knownNames());
      const goal = await goals.submit(callerOf(response).tenant, goalRequest);
      response.status(202).location(goal.links.self).json(goal);
    })
    .get(requireScope('read'), async (request, response) => {
      const { labels, rest } = splitLabels(request.query);
      if ('labels' in rest) throw invalidRequest('the query', [noLabels]);
      const query = check(goalListQuerySchema, { ...rest, labels }, 'the query');
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
      const goal = await goalOr404(goals, request, response);
      if (goal.output === null) {
        throw new ProblemError(
          'conflict',
          `Goal ${goal.id} is ${goal.status} and has no output${isTerminal(goal.status) ? '.' : ` yet: follow ${goal.links.events}.`}`,
        );
      }
      if (goal.simulated) response.setHeader('baton-simulated', 'true');
      response.type('text/markdown').send(goal.output);
    })
    .all(methodNotAllowed('GET'));

  router
    .route('/goals/:goalId/cancel')
    .post(requireScope('operate'), async (request, response) => {
      const { goalId } = request.params;
      const goal = await goals.cancel(callerOf(response).tenant, goalId);
      if (goal === null) throw noSuchGoal(goalId);
      if (goal === false)
        throw new ProblemError('conflict', `Goal ${goalId} has ended and can not be cancelled.`);
      response.status(202).json(goal);
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/goals/:goalId/retry')
    .post(requireScope('operate'), async (request, response) => {
      const { goalId } = request.params;
      const goal = await goals.retry(callerOf(response).tenant, goalId);
      if (goal === null) throw noSuchGoal(goalId);
      if (goal === false) {
        throw new ProblemError(
          'conflict',
          `Goal ${goalId} can not be retried: only a goal that ended without full success can be.`,
        );
      }
      response.status(202).json(goal);
    })
    .all(methodNotAllowed('POST'));

  return router;
}
