import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stablePort } from '../proxy/stable-port.ts';

/** A webhook as it came. */
interface WebhookDelivery {
  /** ms since the epoch. */
  readonly at: number;
  /** The `webhook-id` header; '' when there was none. */
  readonly id: string;
  /** `type` of the body; '' when it had none. */
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text. */
  readonly text: string;
  /** The body's JSON; null when it was none. */
  readonly body: unknown;
  /** The status it was answered with; null while it hangs, or when the sender left before. */
  answered: number | null;
}

/** A receiver of webhooks that keeps each delivery and can be made to misbehave. */
export interface WebhookSink {
  /** For a goal's `webhook.url`. */
  readonly url: string;
  readonly deliveries: readonly WebhookDelivery[];
  /** Answers the next n deliveries with this status. */
  failNext(n: number, status: number): void;
  /** Takes deliveries and never answers, until `recover`. */
  hang(): void;
  /** Refuses connections and drops those it has, until `recover`. */
  down(): void;
  /** As usual again: 204 to whatever comes. What hung is dropped. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function typeOf(body: unknown): string {
  const type = (body as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? type : '';
}

export async function openWebhookSink(): Promise<WebhookSink> {
  const deliveries: WebhookDelivery[] = [];
  const failures: number[] = [];
  const hanging = new Set<ServerResponse>();
  let hangs = false;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const text = await textOf(request);
    const body = jsonOf(text);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const type = typeOf(body);
    const delivery: WebhookDelivery = {
      at,
      id: headers['webhook-id'] ?? '',
      type,
      headers,
      text,
      body,
      answered: null,
    };
    deliveries.push(delivery);
    if (hangs) {
      hanging.add(response);
      return;
    }
    delivery.answered = failures.shift() ?? 204;
    response.writeHead(delivery.answered).end();
  }

  const server = createServer((request, response) => {
    // A sender that dies in mid-request is no delivery.
    take(request, response).catch(() => undefined);
  });
  const listenAt = async (port: number): Promise<void> => {
    server.listen({ port, host: HOST });
    await once(server, 'listening');
  };
  const port = await stablePort(listenAt);

  const down = (): void => {
    if (server.listening) server.close();
    server.closeAllConnections();
  };
  return {
    url: `http://${HOST}:${port}/webhook`,
    deliveries,
    failNext(n, status) {
      for (let count = 0; count < n; count += 1) failures.push(status);
    },
    hang() {
      hangs = true;
    },
    down,
    async recover() {
      hangs = false;
      failures.length = 0;
      for (const response of hanging) response.destroy();
      hanging.clear();
      if (!server.listening) await listenAt(port);
    },
    async close() {
      if (!server.listening) return;
      down();
      await once(server, 'close');
    },
  };
}
