import express, { type Express, type RequestHandler } from 'express';
import type { ApiKey } from '@baton/shared/settings/api-keys';
import { healthReply, type Health } from '@baton/shared/process/health-server';
import type { Logger } from '@baton/shared/telemetry/logger';
import { authenticate, refuseForeignHosts } from './authenticate.ts';
import { refuseOddHeads } from './broken-requests.ts';
import { eventRoutes, type GoalEvents } from './events.ts';
import { goalRoutes, type Goals } from './goals.ts';
import { openApiDocument } from './openapi.ts';
import { notFound, problemHandler } from './problem.ts';
import { MAX_BODY, refuseLargeBodies } from './large-bodies.ts';
import { refuseUnreadableJson } from './readable-json.ts';
import { recipeRoutes, type Recipes } from './recipes.ts';
import { workerTypeRoutes, type WorkerTypes } from './worker-types.ts';

export interface Api {
  readonly goals: Goals;
  readonly events: GoalEvents;
  readonly workerTypes: WorkerTypes;
  readonly recipes: Recipes;
  readonly health: Health;
  /** Bull Board and the guard before it, or null when it is off. */
  readonly dashboard: { path: string; handlers: RequestHandler[] } | null;
  readonly keys: readonly ApiKey[];
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

function timing(api: Api): RequestHandler {
  return (request, response, next) => {
    const stop = api.health.metrics.httpSeconds.startTimer({ method: request.method });
    response.on('close', () => {
      const route = request.route as { path: string } | undefined;
      stop({ route: route ? `${request.baseUrl}${route.path}` : 'unmatched', status: response.statusCode });
    });
    next();
  };
}

export function createApp(api: Api): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use((_request, response, next) => {
    response.setHeader('x-content-type-options', 'nosniff');
    next();
  });
  app.use(refuseOddHeads);
  app.get(healthPaths, healthRoute(api.health));
  app.use(refuseForeignHosts(api.keys));
  if (api.dashboard) app.use(api.dashboard.path, ...api.dashboard.handlers);
  app.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument());
  });
  app.use(
    '/v1',
    timing(api),
    authenticate(api.keys),
    refuseLargeBodies,
    express.json({
      limit: MAX_BODY,
      strict: false,
      verify: (_request, _response, text, charset) => refuseUnreadableJson(text, charset),
    }),
    goalRoutes(api.goals),
    eventRoutes(api.events),
    workerTypeRoutes(api.workerTypes),
    recipeRoutes(api.recipes),
  );
  app.use(notFound);
  app.use(problemHandler(api.logger));
  return app;
}
