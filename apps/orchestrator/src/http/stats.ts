import { Router } from 'express';
import type { Stats } from '@baton/shared/contract/stats';
import { requireScope } from './authenticate.ts';
import { methodNotAllowed } from './problem.ts';

export interface FleetStats {
  read(): Promise<Stats>;
}

export function statsRoutes(stats: FleetStats): Router {
  const router = Router();
  router
    .route('/stats')
    .get(requireScope('read'), async (_request, response) => {
      response.json(await stats.read());
    })
    .all(methodNotAllowed('GET'));
  return router;
}
