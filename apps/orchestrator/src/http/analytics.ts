import { Router, type Request, type Response } from 'express';
import { TooManyReports } from '@baton/shared/analytics/report-queue';
import {
  analyticsQuerySchema,
  periodProblem,
  usualFirstDay,
  type AnalyticsPeriod,
  type AnalyticsReport,
} from '@baton/shared/contract/analytics';
import { dayOf } from '@baton/shared/ledger/usage-report';
import { callerOf, requireScope } from './authenticate.ts';
import { clientGone } from './prefer-wait.ts';
import { methodNotAllowed, ProblemError } from './problem.ts';
import { withLabels } from './query-labels.ts';
import { check, invalidRequest } from './validate.ts';

/** What this route needs of the rest of the orchestrator. */
export interface Analytics {
  /** Rejects with {@link TooManyReports}; may reject in any way once `signal` is aborted. */
  read(tenant: string, period: AnalyticsPeriod, signal: AbortSignal): Promise<AnalyticsReport>;
}

function periodOf(request: Request, today: string): AnalyticsPeriod {
  const query = check(analyticsQuerySchema, withLabels(request.query), 'the query');
  const { to = today, from = usualFirstDay(to), recipe = null, labels } = query;
  const message = periodProblem({ from, to });
  if (message !== null) throw invalidRequest('the query', [{ path: 'from', message }]);
  return { from, to, recipe, labels };
}

export function analyticsRoutes(analytics: Analytics, now: () => number = Date.now): Router {
  const router = Router();
  router
    .route('/analytics')
    .get(requireScope('read'), async (request: Request, response: Response) => {
      const period = periodOf(request, dayOf(now()));
      const gone = clientGone(response);
      try {
        response.json(await analytics.read(callerOf(response).tenant, period, gone));
      } catch (error) {
        if (gone.aborted) return;
        if (!(error instanceof TooManyReports)) throw error;
        throw new ProblemError('unavailable', `${error.message} Try again in a few seconds.`);
      }
    })
    .all(methodNotAllowed('GET'));
  return router;
}
