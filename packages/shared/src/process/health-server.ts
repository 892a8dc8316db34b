import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SetupError } from '../settings/setup-error.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/**
 * Brings the metrics up to date when they are asked for, and resolves to what there is to tell besides them in Prometheus's text form. Never
 * rejects, and takes less than 2 s.
 */
export type AtScrape = () => Promise<string>;

export interface Health {
  /** Resolves to a reason when this process can't do its work and only starting it again would help. */
  notAlive(): Promise<string | null>;
  /** Rejects, or resolves to a reason, when this process should get no work. */
  notReady(): Promise<string | null>;
  readonly metrics: Metrics;
  readonly atScrape?: AtScrape;
}

/** What `/readyz` says of a process that drains: it works to the end of what it has, and is alive. */
export const STOPPING = 'this process stops';

export interface HealthReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';

async function verdict(reason: Promise<string | null>): Promise<HealthReply> {
  const found = await reason.catch((error: Error) => error.message);
  return found === null
    ? { status: 200, contentType: TEXT, body: 'ok\n' }
    : { status: 503, contentType: TEXT, body: `${found}\n` };
}

/** The answer to `/livez`, `/readyz` or `/metrics`, or null for any other path. */
export async function healthReply(path: string, health: Health): Promise<HealthReply | null> {
  if (path === '/livez') return verdict(health.notAlive());
  if (path === '/readyz') return verdict(health.notReady());
  if (path !== '/metrics') return null;
  const { registry } = health.metrics;
  const besides = (await health.atScrape?.()) ?? '';
  return { status: 200, contentType: registry.contentType, body: (await registry.metrics()) + besides };
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** What requests in flight may take to end when the server closes, in ms; streams are cut off then. */
const CLOSING_TIME = 2_000;

const unusable: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine does not have that address',
};

/** Resolves when the server listens; rejects with a {@link SetupError} that names `setting` when it can't. */
export async function listen(
  server: Server,
  port: number,
  host: string,
  setting: string,
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = unusable[error.code ?? ''];
      reject(
        reason
          ? new SetupError(
              `${setting}: can't listen on ${host}:${port}: ${reason}. Set ${setting} or HOST to another.`,
            )
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        const cutOff = setTimeout(() => server.closeAllConnections(), CLOSING_TIME);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
      }),
  };
}

/** Liveness, readiness and metrics for a process that has no HTTP API of its own. */
export function startHealthServer(
  health: Health,
  port: number,
  host: string,
  setting: string,
): Promise<Listening> {
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    healthReply(path, health).then(
      (reply) => {
        const { status, contentType, body } = reply ?? {
          status: 404,
          contentType: 'text/plain; charset=utf-8',
          body: 'There is only /livez, /readyz and /metrics here.\n',
        };
        response.writeHead(status, { 'content-type': contentType }).end(body);
      },
      () => response.writeHead(500).end(),
    );
  });
  return listen(server, port, host, setting);
}
