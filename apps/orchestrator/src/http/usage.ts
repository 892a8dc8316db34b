import { Router, type Request, type Response } from 'express';
import {
  daysBetween,
  MOST_USAGE_DAYS,
  usageQuerySchema,
  type UsageReport,
} from '@baton/shared/contract/usage-report';
import { usageCsv } from '@baton/shared/ledger/usage-csv';
import { dayOf, type UsagePeriod } from '@baton/shared/ledger/usage-report';
import { callerOf, requireScope } from './authenticate.ts';
import { methodNotAllowed } from './problem.ts';
import { check, invalidRequest } from './validate.ts';

/** What this route needs of the rest of the orchestrator. */
export interface UsageReports {
  read(tenant: string, period: UsagePeriod, today: string): Promise<UsageReport>;
}

const CSV = 'text/csv';
const DAY = 86_400_000;
/** Of a report whose request names no first day. */
const USUAL_DAYS = 30;

function periodOf(
  request: Request,
  today: string,
): UsagePeriod & { readonly format: 'json' | 'csv' | undefined } {
  const { by, format, to = today, from: asked } = check(usageQuerySchema, request.query, 'the query');
  const from = asked ?? dayOf(Date.parse(to) - (USUAL_DAYS - 1) * DAY);
  const days = daysBetween(from, to);
  if (days < 1)
    throw invalidRequest('the query', [{ path: 'from', message: `must be no later than to (${to})` }]);
  if (days > MOST_USAGE_DAYS) {
    const message = `must be at most ${MOST_USAGE_DAYS} days before to (${to}), that day included`;
    throw invalidRequest('the query', [{ path: 'from', message }]);
  }
  return { by, from, to, format };
}

function wantsCsv(request: Request, format: 'json' | 'csv' | undefined): boolean {
  if (format !== undefined) return format === 'csv';
  return request.accepts(['application/json', CSV]) === CSV;
}

export function usageRoutes(usage: UsageReports, now: () => number = Date.now): Router {
  const router = Router();
  router
    .route('/usage')
    .get(requireScope('read'), async (request: Request, response: Response) => {
      const today = dayOf(now());
      const { format, ...period } = periodOf(request, today);
      const report = await usage.read(callerOf(response).tenant, period, today);
      response.vary('accept');
      if (!wantsCsv(request, format)) {
        response.json(report);
        return;
      }
      const name = `usage_${report.from}_${report.to}.csv`;
      response.setHeader('content-disposition', `attachment; filename="${name}"`);
      response.type(CSV).send(usageCsv(report));
    })
    .all(methodNotAllowed('GET'));
  return router;
}
