import { PassThrough } from 'node:stream';
import { Client, type Transport } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { onTestFinished } from 'vitest';
import { serveStdio } from '../stdio.ts';
import type { Baton } from '../port.ts';

export interface StdioSession {
  readonly client: Client;
  readonly log: readonly string[];
  /** Asks the server to stop. */
  stop(): void;
  /** Closes the pipe to the server. */
  hangUp(): void;
  /** Resolves when the server has stopped. */
  readonly served: Promise<void>;
}

export type Era = 'legacy' | 'auto';

/** A client and a server in one process, with pipes between them as between two. */
export async function stdioSession(baton: Baton, era: Era = 'auto'): Promise<StdioSession> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const stopping = new AbortController();
  const log: string[] = [];
  const served = serveStdio({
    baton,
    log: (line) => void log.push(line),
    stop: stopping.signal,
    input: toServer,
    output: toClient,
  });
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: era } });
  // The same lines in either direction.
  const transport: Transport = new StdioServerTransport(toClient, toServer);
  await client.connect(transport);
  onTestFinished(async () => {
    await client.close();
    toServer.end();
    await served;
  });
  return { client, log, stop: () => stopping.abort(), hangUp: () => void toServer.end(), served };
}
