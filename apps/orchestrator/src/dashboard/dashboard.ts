import { createHash, timingSafeEqual } from 'node:crypto';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { rootJobId } from '@baton/dag-flow/job-ids';
import { CONTROL_QUEUE, GOALS_QUEUE, SYNTHESIS_QUEUE, taskQueue } from '@baton/shared/contract/queues';

import { runId } from '../flows/plan-to-dag.ts';

const DASHBOARD_PATH = '/admin/queues';

export interface DashboardOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly readOnly: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Worker types whose queues are to be shown, as known now. */
  readonly workerTypes: () => Promise<readonly { readonly type: string; readonly description: string }[]>;
}

export interface Dashboard {
  readonly path: string;
  readonly handlers: RequestHandler[];
  close(): Promise<void>;
}

const systemQueues: Readonly<Record<string, string>> = {
  [GOALS_QUEUE]: 'Goals waiting for their plan',
  [SYNTHESIS_QUEUE]: 'The root of each goal: puts the answer together when every task has ended',
  [CONTROL_QUEUE]: 'Settle and link jobs: dependencies that a tree can not hold',
};

/** Where the dashboard shows a goal: its flow or, before there is one, the job that plans it. */
export function dashboardLink(goalId: string, rev: number): string {
  const [queue, jobId] = rev === 0 ? [GOALS_QUEUE, goalId] : [SYNTHESIS_QUEUE, rootJobId(runId(goalId, rev))];
  return `${DASHBOARD_PATH}/queue/${queue}/${jobId}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The page asks for fonts from elsewhere; it does without. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
].join('; ');

const keepToItself: RequestHandler = (_request, response, next) => {
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('referrer-policy', 'no-referrer');
  next();
};

function guard(login: NonNullable<DashboardOptions['login']>): RequestHandler {
  const expected = digest(`${login.user}:${login.password}`);
  return (request, response, next) => {
    const encoded = /^Basic +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString()), expected)) return next();
    return response
      .status(401)
      .setHeader('www-authenticate', 'Basic realm="Baton", charset="UTF-8"')
      .type('text/plain')
      .send('Log in with DASHBOARD_USER and DASHBOARD_PASSWORD.\n');
  };
}

const refuseWrites: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  return response
    .status(405)
    .json({ error: 'This dashboard is read-only: set DASHBOARD_READ_ONLY=false to change that.' });
};

export function createDashboard(options: DashboardOptions): Dashboard {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(DASHBOARD_PATH);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Baton', hideRedisDetails: false } },
  });
  const queues = new Map<string, Queue>();

  function show(name: string, description: string): void {
    if (queues.has(name)) return;
    const queue = new Queue(name, {
      connection: options.connection,
      prefix: options.prefix,
      skipMetasUpdate: true,
    });
    // The connection reports its own errors.
    queue.on('error', () => undefined);
    queues.set(name, queue);
    board.addQueue(
      new BullMQAdapter(queue, {
        readOnlyMode: options.readOnly,
        allowRetries: !options.readOnly,
        description,
        delimiter: '.',
      }),
    );
  }

  const showQueues: RequestHandler = async (_request, _response, next) => {
    for (const { type, description } of await options.workerTypes()) show(taskQueue(type), description);
    next();
  };

  for (const [name, description] of Object.entries(systemQueues)) show(name, description);
  return {
    path: DASHBOARD_PATH,
    handlers: [
      keepToItself,
      ...(options.login ? [guard(options.login)] : []),
      ...(options.readOnly ? [refuseWrites] : []),
      showQueues,
      serverAdapter.getRouter() as RequestHandler,
    ],
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
