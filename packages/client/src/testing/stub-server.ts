import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void;

export interface StubServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
}

export function json(status: number, body: object, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function problem(status: number, type: string, detail: string, more: object = {}): Reply {
  const body = { type: `urn:baton:problem:${type}`, title: 'Refused', status, detail, ...more };
  return json(status, body, { 'content-type': 'application/problem+json' });
}

/** A stream that reconnects at once and ends with its last chunk. */
export function eventStream(...chunks: readonly string[]): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.end(`retry: 1\n\n${chunks.join('')}`);
  };
}

/** A stream whose connection breaks after its last chunk has arrived. */
export function brokenStream(...chunks: readonly string[]): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: 1\n\n${chunks.join('')}`, () => response.destroy());
  };
}

/** A stream that stays open and silent after its last chunk. */
export function openStream(...chunks: readonly string[]): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: 1\n\n${chunks.join('')}`);
  };
}

/** Answers each call ("GET /v1/goals") with its next reply; a call without one is a fault of the test and gets 599. */
export async function startStubServer(
  script: Readonly<Record<string, readonly Reply[]>>,
): Promise<StubServer> {
  const left = new Map(Object.entries(script).map(([call, replies]) => [call, [...replies]]));
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(seen);
      const reply = left.get(`${method} ${url}`)?.shift();
      if (reply) reply(response, seen);
      else response.writeHead(599).end(`no reply is left for ${method} ${url}`);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stub server has no port');
  return { url: `http://127.0.0.1:${address.port}`, requests };
}
