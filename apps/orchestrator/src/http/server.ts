import { createServer } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import type { ApiKey } from '@baton/shared/settings/api-keys';
import { healthReply, listen, type Health, type Listening } from '@baton/shared/process/health-server';
import type { Logger } from '@baton/shared/telemetry/logger';
import { authenticate, refuseForeignHosts } from './authenticate.ts';
import { eventRoutes, type GoalEvents } from './events.ts';
import { goalRoutes, type Goals } from './goals.ts';
import { refuseDeepJson } from './json-depth.ts';
import { openApiDocument } from './openapi.ts';
import { notFound, problemHandler } from './problem.ts';
import { workerTypeRoutes, type WorkerTypes } from './worker-types.ts';

const MAX_BODY = '1mb';

export interface Api {
  readonly goals: Goals;
  readonly events: GoalEvents;
  readonly workerTypes: WorkerTypes;
  readonly health: Health;
  /** Bull Board and the guard before it, or null when it is off. */
  readonly dashboard: { path: string; handlers: RequestHandler[] } | null;
  readonly keys: readonly ApiKey[];
  readonly logger: Logger;
}

function healthRoute(health: Health): RequestHandler {
  return async (request, response) => {
    const reply = await healthReply(request.path, health);
    if (reply) response.status(reply.status).type(reply.contentType).send(reply.body);
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
  app.get(['/livez', '/readyz', '/metrics'], healthRoute(api.health));
  app.use(refuseForeignHosts(api.keys));
  if (api.dashboard) app.use(api.dashboard.path, ...api.dashboard.handlers);
  app.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument());
  });
  app.use(
    '/v1',
    timing(api),
    authenticate(api.keys),
    express.json({
      limit: MAX_BODY,
      strict: false,
      verify: (_request, _response, text) => refuseDeepJson(text),
    }),
    goalRoutes(api.goals),
    eventRoutes(api.events),
    workerTypeRoutes(api.workerTypes),
  );
  app.use(notFound);
  app.use(problemHandler(api.logger));
  return app;
}

export function startServer(app: Express, port: number, host: string): Promise<Listening> {
  return listen(createServer(app), port, host, 'PORT');
}
