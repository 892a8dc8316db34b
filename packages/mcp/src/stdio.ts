import type { Readable, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { serveStdio as serveOver, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { oneLine } from './goal/shortened.ts';
import { createMcpServer } from './mcp-server.ts';
import { OpenWork } from './open-work.ts';
import { LOG_LIMIT, packageVersion, waitFor, type Serving } from './serving.ts';

export interface StdioServing extends Serving {
  readonly input: Readable;
  /** Carries the protocol and nothing else. */
  readonly output: Writable;
}

/** How long calls may take to be answered once it is to stop, in ms. */
const GRACE = 2_000;
const KEY_HINT =
  'Set BATON_API_KEY to a key that this Baton knows, in the environment of this MCP server, and start it again.';

/** Says when it is closed, by whichever side. */
class ClosingTransport extends StdioServerTransport {
  readonly closed = new AbortController();

  override async close(): Promise<void> {
    await super.close();
    this.closed.abort();
  }
}

/** Serves the client at the other end of `input` and `output`; resolves when it has gone, or after `stop`. */
export async function serveStdio({ baton, log, stop, input, output }: StdioServing): Promise<void> {
  const transport = new ClosingTransport(input, output);
  const version = packageVersion();
  const calls = new OpenWork();
  const handle = serveOver(() => createMcpServer(version, { baton, log, stop, calls, keyHint: KEY_HINT }), {
    transport,
    onerror: (error) => log(oneLine(error.message, LOG_LIMIT)),
  });
  const gone = transport.closed.signal;
  await waitFor([gone, stop]);
  if (!gone.aborted) {
    await waitFor([gone, AbortSignal.timeout(GRACE)], calls.idle());
    // The last results are on their way to `output` by then.
    await nextTurn();
  }
  await handle.close();
}
