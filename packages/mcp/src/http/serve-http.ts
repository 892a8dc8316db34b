/**
 * MCP over Streamable HTTP, stateless: each request is answered by a server of its own, with its caller's key.
 *
 * Invariants:
 * 1. Nothing of a request is left when its response has ended, however it ended: no session that another caller could take
 *    over, and nothing that piles up.
 * 2. At most `mostRequests` are open at once, each of at most `LARGEST_BODY` bytes and `LARGEST_BATCH` messages.
 * 3. A caller that goes away or cancels ends its wait, and not its goal.
 * 4. After `stop` no request is taken; those that are open are answered within `GRACE`, and then cut.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type AuthInfo } from '@modelcontextprotocol/server';
import { oneLine } from '../goal/shortened.ts';
import { createMcpServer } from '../mcp-server.ts';
import { OpenWork } from '../open-work.ts';
import type { Baton } from '../port.ts';
import { LOG_LIMIT, packageVersion, waitFor, type Serving } from '../serving.ts';
import { admit, openDoor, type DoorSettings } from './front-door.ts';
import { guarded, keyGuard } from './keyed-baton.ts';
import { OpenRequests } from './open-requests.ts';
import { readMessage } from './posted-message.ts';
import { refuse } from './refuse.ts';

export interface HttpServing extends Serving, DoorSettings {
  /** 0 for any that is free. */
  readonly port: number;
  /** Baton with a caller's key; an empty text for none. */
  readonly batonFor: (apiKey: string) => Baton;
  /** Told the address once it listens. */
  readonly onListening: (url: string) => void;
  /** Open at once; 256 unless given. */
  readonly mostRequests?: number;
}

const PATH = '/mcp';
const MOST_REQUESTS = 256;
/** Bytes; Baton itself takes requests of up to 1 MiB. */
const LARGEST_BODY = 2 * 1024 * 1024;
/** Messages in one request, which older revisions of the protocol allow. */
const LARGEST_BATCH = 20;
/** How long a request may take to arrive, in ms. */
const ARRIVAL = 30_000;
/** ms. */
const GRACE = 5_000;
const SESSION = 'mcp-session-id';
const KEY_HINT =
  'Send a key that this Baton knows: "Authorization: Bearer <key>" in the headers of your MCP client.';

/** What a server is given always has a method and an address. */
type Admitted = IncomingMessage & { method: string; url: string; auth?: AuthInfo };

/** Resolves when it has stopped; rejects when it can not listen. */
export async function serveHttp(serving: HttpServing): Promise<void> {
  const { log, stop, host, port, onListening, mostRequests = MOST_REQUESTS } = serving;
  const door = openDoor(serving);
  const requests = new OpenWork();
  const open = new OpenRequests();
  const handler = createHandler(serving, door.lendsKey);
  const onerror = (error: Error): void => log(oneLine(error.message, LOG_LIMIT));
  const listener = toNodeHandler(handler, { maxRequestBodySize: LARGEST_BODY, onerror });

  async function take(request: Admitted, response: ServerResponse): Promise<void> {
    const admission = admit(request.headers, door);
    if (!admission.isAdmitted) return refuse(response, admission.status, admission.message);
    if (request.url.replace(/\?.*/, '') !== PATH) {
      return refuse(response, 404, `There is nothing here; MCP is at ${PATH}.`);
    }
    if (stop.aborted) return refuse(response, 503, 'This MCP server is stopping.');
    if (requests.count >= mostRequests) {
      return refuse(response, 503, `${mostRequests} requests are open here: try again later.`);
    }
    response.on('close', requests.begin());
    const { apiKey } = admission;
    if (apiKey !== null) request.auth = { token: apiKey, clientId: 'baton-api-key', scopes: [] };

    const message = await readMessage(request, LARGEST_BODY);
    if (message === null) return refuse(response, 413, `A request has at most ${LARGEST_BODY} bytes.`);
    if (Array.isArray(message.json) && message.json.length > LARGEST_BATCH) {
      return refuse(response, 400, `A request has at most ${LARGEST_BATCH} messages.`);
    }
    const session = request.headers[SESSION];
    const caller = { session: typeof session === 'string' ? session : null, apiKey };
    if (message.id !== null) open.add(caller, message.id, response);
    if (message.cancels !== null) open.cancel(caller, message.cancels);
    if (message.method === 'initialize') response.setHeader(SESSION, open.newSession());
    await listener(request, response, message.json);
  }

  const server = createServer((request, response) => {
    take(request as Admitted, response).catch((error: unknown) => {
      // Its caller has gone in the middle of it, or else nobody knows.
      if (!request.destroyed) onerror(error instanceof Error ? error : new Error(String(error)));
      response.destroy();
    });
  });
  server.requestTimeout = ARRIVAL;
  await listen(server, port, host);
  onListening(`http://${hostInUrl(host)}:${(server.address() as AddressInfo).port}${PATH}`);

  await waitFor([stop]);
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  await waitFor([AbortSignal.timeout(GRACE)], requests.idle());
  await handler.close();
  server.closeAllConnections();
  await closed;
}

function createHandler({ baton, batonFor, log, stop }: HttpServing, lendsKey: boolean) {
  const version = packageVersion();
  const guard = lendsKey ? null : keyGuard(batonFor(''));
  return createMcpHandler(
    ({ authInfo }) => {
      const asked = authInfo === undefined ? baton : batonFor(authInfo.token);
      return createMcpServer(version, {
        baton: guard === null ? asked : guarded(asked, guard),
        log,
        stop,
        calls: new OpenWork(),
        keyHint: KEY_HINT,
      });
    },
    {
      onerror: (error) => log(oneLine(error.message, LOG_LIMIT)),
      // Bytes flow while a caller waits, so that nothing between the two takes the connection for dead.
      responseMode: 'sse',
      // The tools never change.
      maxSubscriptions: 0,
    },
  );
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
