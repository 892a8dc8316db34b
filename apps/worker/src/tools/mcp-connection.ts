import {
  Client,
  ProtocolError,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { ConnectFailure, reasonOf } from './mcp-failure.ts';
import { isHttpServer, type ServerSettings } from './tool-settings.ts';

/** ms; programs that have to be fetched first take their time. */
const CONNECT_TIMEOUT = 30_000;
/** ms that a server may stay silent about the newer protocol before the older one is spoken. */
const PROBE_TIMEOUT = 3_000;
/** Characters of what a program says on stderr, its last. */
const STDERR_KEPT = 500;

/** Bytes of one answer over HTTP; the same that the SDK takes over stdio. */
const MOST_BYTES = 10 * 1024 * 1024;

/** `fetch`, but for answers without end. What comes unasked, by GET, is one stream as long as the connection. */
async function boundedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (init?.method !== 'POST' || response.body === null) return response;
  let bytes = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > MOST_BYTES) controller.error(new Error(`the answer is longer than ${MOST_BYTES} bytes`));
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counted), response);
}

interface Opened {
  readonly transport: Transport;
  /** What its program has said on stderr at last, or ''. */
  said(): string;
}

function openTransport(server: ServerSettings): Opened {
  if (isHttpServer(server)) {
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: server.headers },
      fetch: boundedFetch,
    });
    return { transport, said: () => '' };
  }
  const { command, args, env } = server;
  const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-STDERR_KEPT);
  });
  return { transport, said: () => said.trim() };
}

export interface McpEvents {
  onToolsChanged(): void;
  onClosed(): void;
}

/**
 * What is tried, in this order. Over HTTP a question finds out which protocol is spoken; a program would have to be started
 * twice for that, and nearly all speak the older one.
 */
function modesFor(server: ServerSettings): readonly [Mode, ...Mode[]] {
  return isHttpServer(server) ? ['auto'] : ['legacy', 'auto'];
}

type Mode = 'legacy' | 'auto';

/** Rejects with a {@link ConnectFailure}. */
export async function connectMcp(server: ServerSettings, events: McpEvents): Promise<Client> {
  const [first, ...others] = modesFor(server);
  try {
    return await connectBy(first, server, events);
  } catch (error) {
    const [next] = others;
    if (next === undefined || !isRefusal(error)) throw error;
    return connectBy(next, server, events);
  }
}

/** True when somebody was there, and would not have it so. */
function isRefusal(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof ProtocolError;
}

async function connectBy(mode: Mode, server: ServerSettings, events: McpEvents): Promise<Client> {
  const { transport, said } = openTransport(server);
  const client = new Client(
    { name: 'baton', version: '1' },
    {
      versionNegotiation: { mode, probe: { timeoutMs: PROBE_TIMEOUT } },
      listChanged: { tools: { autoRefresh: false, onChanged: () => events.onToolsChanged() } },
    },
  );
  try {
    await client.connect(transport, { timeout: CONNECT_TIMEOUT });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no event target
    client.onclose = () => events.onClosed();
    return client;
  } catch (error) {
    await client.close().catch(() => undefined);
    const words = said();
    throw new ConnectFailure(`${reasonOf(error)}${words === '' ? '' : `; it said: ${words}`}`, {
      cause: error,
    });
  }
}
