import { createServer, type RequestListener } from 'node:http';
import express, { type Express } from 'express';
import { listen, type Health, type Listening } from '@baton/shared/process/health-server';
import type { Logger } from '@baton/shared/telemetry/logger';
import { answerBrokenRequests, behindReadableAddresses } from './broken-requests.ts';
import { ProblemError, problemHandler } from './problem.ts';
import { securityHeaders } from './security-headers.ts';
import { healthRoute, healthPaths } from './server.ts';

export interface FrontDoor extends Listening {
  /** From now on `app` answers. */
  serve(app: RequestListener): void;
}

/** Longer than clients and load balancers keep an idle connection, in ms: whoever closes it second sends into nothing. */
const KEEP_ALIVE = 65_000;

function waitingApp(health: Health, logger: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.get(healthPaths, healthRoute(health));
  app.use(() => {
    throw new ProblemError(
      'unavailable',
      'Baton has started and waits for Redis. Nothing was lost; try again in a few seconds.',
    );
  });
  app.use(problemHandler(logger));
  return app;
}

/** Listens at once; until there is an app to serve, it tells how the process is and refuses the rest with 503. */
export async function openFrontDoor(
  health: Health,
  logger: Logger,
  port: number,
  host: string,
): Promise<FrontDoor> {
  let app: RequestListener = waitingApp(health, logger);
  const answer = behindReadableAddresses((request, response) => app(request, response));
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE }, answer);
  answerBrokenRequests(server, answer);
  const listening = await listen(server, port, host, 'PORT');
  return { ...listening, serve: (next) => (app = next) };
}
