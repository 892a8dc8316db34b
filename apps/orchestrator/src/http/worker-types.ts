import { Router } from 'express';
import type { WorkerTypeView } from '@baton/shared/contract/worker-type';
import { requireScope } from './authenticate.ts';
import { methodNotAllowed } from './problem.ts';

export interface WorkerTypes {
  list(): Promise<WorkerTypeView[]>;
}

export function workerTypeRoutes(workerTypes: WorkerTypes): Router {
  const router = Router();
  router
    .route('/worker-types')
    .get(requireScope('read'), async (_request, response) => {
      response.json({ items: await workerTypes.list() });
    })
    .all(methodNotAllowed('GET'));
  return router;
}
