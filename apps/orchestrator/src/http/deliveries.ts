import { Router } from 'express';
import type { Delivery } from '@baton/shared/contract/delivery';
import { callerOf, requireScope } from './authenticate.ts';
import { noSuchGoal, requireGoalId } from './goal-id.ts';
import { methodNotAllowed } from './problem.ts';

/** What this route needs of the rest of the orchestrator. */
export interface Deliveries {
  /** A goal's messages to its webhook, the oldest first; null when the tenant has no such goal. */
  list(tenant: string, goalId: string): Promise<readonly Delivery[] | null>;
}

export function deliveryRoutes(deliveries: Deliveries): Router {
  const router = Router();
  router.param('goalId', requireGoalId);
  router
    .route('/goals/:goalId/deliveries')
    .get(requireScope('read'), async (request, response) => {
      const { goalId } = request.params;
      const items = await deliveries.list(callerOf(response).tenant, goalId);
      if (items === null) throw noSuchGoal(goalId);
      response.json({ items });
    })
    .all(methodNotAllowed('GET'));
  return router;
}
