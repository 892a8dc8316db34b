import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly lastEventId: string | undefined;
  readonly prefer: string | undefined;
  readonly body: string;
}

/** The id of the last event that comes whole over the first stream of a goal. */
export const CUT_AFTER = '3';
const WHOLE_EVENTS = new RegExp(`^[^]*\\nid: ${CUT_AFTER}\\n[^]*?\\n\\n`);

function header({ headers }: IncomingMessage, name: string): string | undefined {
  return [headers[name]].flat()[0];
}

/**
 * `replies`: the one to the first attempt to create a goal is lost, after Baton has made it. `streams`: the first of each goal is
 * cut within the event after {@link CUT_AFTER}.
 */
type Losses = 'replies' | 'streams';

/** Stands between an example and Baton. */
export class UnreliableLink {
  readonly #losses: Losses;
  readonly #sent: Sent[] = [];
  readonly #lost = new Set<string>();
  readonly #server = createServer((request, response) => void this.#pass(request, response));
  readonly #open = new Set<string>();
  #target = '';

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  async start(target: string): Promise<void> {
    this.#target = target;
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests whose path or body holds `text`. */
  about(text: string): Sent[] {
    return this.#sent.filter(({ path, body }) => path.includes(text) || body.includes(text));
  }

  /** Whether a stream of this path is open to Baton now. */
  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  #loses(losses: Losses, what: string): boolean {
    if (this.#losses !== losses || this.#lost.has(what)) return false;
    this.#lost.add(what);
    return true;
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const body = await buffer(incoming);
    const idempotencyKey = header(incoming, 'idempotency-key');
    this.#sent.push({
      method,
      path,
      authorization: header(incoming, 'authorization'),
      idempotencyKey,
      lastEventId: header(incoming, 'last-event-id'),
      prefer: header(incoming, 'prefer'),
      body: String(body),
    });

    const upstream = send(`${this.#target}${path}`, { method, headers, agent: false });
    outgoing.once('close', () => upstream.destroy());
    upstream.once('error', () => outgoing.destroy());
    upstream.once('response', (reply) => {
      if (path.endsWith('/events') && reply.statusCode === 200) this.#passStream(path, reply, outgoing);
      else if (method === 'POST' && this.#loses('replies', idempotencyKey ?? '')) {
        reply.resume().once('end', () => outgoing.destroy());
      } else reply.pipe(outgoing.writeHead(reply.statusCode ?? 500, reply.headers));
    });
    upstream.end(body);
  }

  #passStream(path: string, reply: IncomingMessage, outgoing: ServerResponse): void {
    this.#open.add(path);
    reply.once('close', () => void this.#open.delete(path));
    reply.once('error', () => outgoing.destroy());
    outgoing.writeHead(200, reply.headers).flushHeaders();
    if (!this.#loses('streams', path)) {
      reply.pipe(outgoing);
      return;
    }
    let text = '';
    const onData = (part: string): void => {
      text += part;
      const [whole] = WHOLE_EVENTS.exec(text) ?? [];
      if (whole === undefined) return;
      reply.off('data', onData);
      outgoing.write(`${whole}id: 4\nevent: goal.fai`, () => outgoing.socket?.end());
    };
    reply.setEncoding('utf8').on('data', onData);
  }
}

/** One link for all tests of a file. */
export function useUnreliableLink(losses: Losses, target: () => string): UnreliableLink {
  const link = new UnreliableLink(losses);
  beforeAll(() => link.start(target()));
  afterAll(() => link.stop());
  return link;
}
