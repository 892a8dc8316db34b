import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll } from 'vitest';
import { webhooks, type WebhookMessage } from '../packages/client/src/webhooks/webhooks.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered only then. */
  readonly after?: Promise<void>;
}

/** The message that a request brought; throws when its signature is not the secret's. */
export function verified({ headers, body }: Received, secret: string): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

/** The same, as the client's own function sees it. */
export function believed(
  { headers, body }: Received,
  secret: string | readonly string[],
): Promise<WebhookMessage> {
  return webhooks.verify({ payload: body, headers, secret });
}

/** Somebody's server on this machine that takes webhooks. Give each test a path of its own. */
export class WebhookReceiver {
  readonly #requests: Received[] = [];
  readonly #replies = new Map<string, Reply[]>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.#requests.push({ path, headers: request.headers, body: await text(request) });
    const { status, headers, after } = this.#replies.get(path)?.shift() ?? { status: 204 };
    await after;
    response.writeHead(status, { ...headers }).end();
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** An address whose first requests get these replies, one each, and later ones 204. */
  url(path: string, ...replies: Reply[]): string {
    this.#replies.set(path, replies);
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** What came so far. */
  at(path: string): Received[] {
    return this.#requests.filter((request) => request.path === path);
  }
}

/** One receiver for all tests of a file. */
export function useWebhookReceiver(): WebhookReceiver {
  const receiver = new WebhookReceiver();
  beforeAll(() => receiver.start());
  afterAll(() => receiver.stop());
  return receiver;
}
