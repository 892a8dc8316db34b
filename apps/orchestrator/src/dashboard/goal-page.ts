import { Router } from 'express';
import { noSuchGoal, requireGoalId } from '../http/goal-id.ts';
import { methodNotAllowed } from '../http/problem.ts';
import { goalHtml } from './goal-html.ts';
import type { ShownGoal } from './shown-goal.ts';

export type ReadShownGoal = (goalId: string) => Promise<ShownGoal | null>;

/** `/goals/:id`: any tenant's goal, to be looked at; and the way to the board from where the dashboard begins. */
export function goalPages(readGoal: ReadShownGoal): Router {
  const router = Router();
  router.param('goalId', requireGoalId);
  router
    .route('/')
    // Relative: a proxy may have taken a path away. A browser at `/admin` is one level higher than at `/admin/`.
    .get((request, response) =>
      response.redirect(request.originalUrl.endsWith('/') ? 'queues' : 'admin/queues'),
    )
    .all(methodNotAllowed('GET'));
  router
    .route('/goals/:goalId')
    .get(async (request, response) => {
      const { goalId } = request.params;
      const shown = await readGoal(goalId);
      if (!shown) throw noSuchGoal(goalId);
      response.type('html').send(goalHtml(shown, Date.now()));
    })
    .all(methodNotAllowed('GET'));
  return router;
}
