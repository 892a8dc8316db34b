import { Router } from 'express';
import { goalCallsQuerySchema, type GoalCallPage } from '@baton/shared/contract/goal-calls';
import { callerOf, requireScope } from './authenticate.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import { methodNotAllowed } from './problem.ts';
import { check } from './validate.ts';

/** What this route needs of the rest of the orchestrator. */
export interface GoalCalls {
  /** Answers of a goal's model calls after so many of them; null when the tenant has no such goal. */
  page(tenant: string, goalId: string, after: number, limit: number): Promise<GoalCallPage | null>;
}

export function goalCallRoutes(calls: GoalCalls): Router {
  const router = Router();
  router.param('goalId', requireGoalId);
  router
    .route('/goals/:goalId/calls')
    .get(requireScope('read'), async (request, response) => {
      const { goalId } = request.params;
      const { limit, cursor = 0 } = check(goalCallsQuerySchema, request.query, 'the query');
      const page = await calls.page(callerOf(response).tenant, goalId, cursor, limit);
      if (page === null) throw noSuchGoal(goalId);
      response.json(page);
    })
    .all(methodNotAllowed('GET'));
  return router;
}
