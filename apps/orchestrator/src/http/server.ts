import express, { type Express, type RequestHandler, type Router } from 'express';
import type { ApiKey } from '@baton/shared/settings/api-keys';
import { healthReply, type Health } from '@baton/shared/process/health-server';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { analyticsRoutes, type Analytics } from './analytics.ts';
import { auditOperators, auditTrail } from './audit.ts';
import { authenticate, refuseForeignHosts } from './authenticate.ts';
import { refuseOddHeads } from './broken-requests.ts';
import { allowOrigins } from './cors.ts';
import { deliveryRoutes, type Deliveries } from './deliveries.ts';
import { docsPage } from './docs-page.ts';
import { eventRoutes, type GoalEvents } from './events.ts';
import { goalBatchRoutes } from './goal-batch.ts';
import { goalCallRoutes, type GoalCalls } from './goal-calls.ts';
import { goalStepRoutes } from './goal-steps.ts';
import { goalRoutes, type Goals } from './goals.ts';
import { countStreams, heldSince, openStreams } from './open-streams.ts';
import { openApiDocument } from './openapi/document.ts';
import { notFound, problemHandler } from './problem.ts';
import { MAX_BODY, refuseLargeBodies } from './large-bodies.ts';
import { limitRate, type RateLimit } from './rate-limit.ts';
import { refuseUnreadableJson } from './readable-json.ts';
import { planRoutes, type Plans } from './plans.ts';
import { recipeRoutes, type Recipes } from './recipes.ts';
import { securityHeaders } from './security-headers.ts';
import { statsRoutes, type FleetStats } from './stats.ts';
import { traceRequests } from './traced-requests.ts';
import { usageRoutes, type UsageReports } from './usage.ts';
import { workerTypeRoutes, type WorkerTypes } from './worker-types.ts';

export interface Api {
  readonly goals: Goals;
  readonly events: GoalEvents;
  readonly deliveries: Deliveries;
  readonly workerTypes: WorkerTypes;
  readonly recipes: Recipes;
  readonly plans: Plans;
  readonly stats: FleetStats;
  readonly calls: GoalCalls;
  readonly usage: UsageReports;
  readonly analytics: Analytics;
  readonly health: Health;
  /** Bull Board and the guard before it, or null when it is off. */
  readonly dashboard: { path: string; handlers: RequestHandler[] } | null;
  readonly keys: readonly ApiKey[];
  /** Null: requests are not counted. */
  readonly rateLimit: RateLimit | null;
  /** Streams and waits that a key may have open in this process. */
  readonly maxStreams: number;
  /** Origins whose pages may use the API. */
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
}

export const healthPaths = ['/livez', '/readyz', '/metrics'];

export function healthRoute(health: Health): RequestHandler {
  return async (request, response, next) => {
    const reply = await healthReply(request.path, health);
    if (reply) response.status(reply.status).type(reply.contentType).send(reply.body);
    else next();
  };
}

/** A reply that stays open is measured until it does: what it waits for is no time of this server's. */
export function timing({ httpSeconds }: Pick<Metrics, 'httpSeconds'>): RequestHandler {
  return (request, response, next) => {
    const { method, baseUrl } = request;
    const startedAt = performance.now();
    response.on('close', () => {
      const seconds = ((heldSince(response) ?? performance.now()) - startedAt) / 1_000;
      const { path } = (request.route as { path: string } | undefined) ?? {};
      const route = path === undefined ? 'unmatched' : `${baseUrl.toLowerCase()}${path}`;
      httpSeconds.observe({ method, route, status: response.statusCode }, seconds);
    });
    next();
  };
}

/** What `/v1` is made of. */
export function apiRouters(api: Api): Router[] {
  return [
    goalBatchRoutes(api.goals, api.logger),
    goalRoutes(api.goals),
    goalStepRoutes(api.goals),
    eventRoutes(api.events),
    deliveryRoutes(api.deliveries),
    workerTypeRoutes(api.workerTypes),
    recipeRoutes(api.recipes),
    planRoutes(api.plans, api.goals),
    statsRoutes(api.stats),
    goalCallRoutes(api.calls),
    usageRoutes(api.usage),
    analyticsRoutes(api.analytics),
  ];
}

export function createApp(api: Api): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(securityHeaders);
  app.use(refuseOddHeads);
  app.get(healthPaths, healthRoute(api.health));
  const routers = apiRouters(api);
  app.use('/v1', auditOperators(routers, auditTrail(api.logger)));
  app.use(refuseForeignHosts(api.keys));
  if (api.dashboard) app.use(api.dashboard.path, ...api.dashboard.handlers);
  app.use(['/v1', '/openapi.json'], allowOrigins(api.corsOrigins));
  app.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument());
  });
  app.use(docsPage());
  app.use(
    '/v1',
    traceRequests,
    timing(api.health.metrics),
    authenticate(api.keys),
    ...(api.rateLimit ? [limitRate(api.rateLimit)] : []),
    countStreams(openStreams(api.maxStreams, (open) => api.health.metrics.openStreams.set(open))),
    refuseLargeBodies,
    express.json({
      limit: MAX_BODY,
      strict: false,
      verify: (_request, _response, text, charset) => refuseUnreadableJson(text, charset),
    }),
    ...routers,
  );
  app.use(notFound);
  app.use(problemHandler(api.logger));
  return app;
}
