import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface MessagesServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A server on the loopback that answers each request by `answer`, raw enough to misbehave. */
export async function serveMessages(
  answer: (response: ServerResponse, seen: SeenRequest) => void,
): Promise<MessagesServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const entry = { path: request.url ?? '', headers: request.headers, body };
      seen.push(entry);
      return answer(response, entry);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function openStream(response: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_1', ...headers });
}

export function sse(event: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export const startEvent = sse({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-test-1-20260901',
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: 11,
      output_tokens: 1,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: null,
    },
  },
});

export function textBlock(index: number, ...pieces: readonly string[]): string {
  return [
    sse({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } }),
    ...pieces.map((text) => sse({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })),
    sse({ type: 'content_block_stop', index }),
  ].join('');
}

export function deltaEvent(
  stopReason: string,
  usage: Readonly<Record<string, number | null>> = { output_tokens: 7 },
): string {
  return sse({ type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage });
}

export const stopEvent = sse({ type: 'message_stop' });

export function wholeMessage(text: string, stopReason = 'end_turn'): string {
  return startEvent + textBlock(0, text) + deltaEvent(stopReason) + stopEvent;
}

export function sendError(
  response: ServerResponse,
  status: number,
  error: { readonly type: string; readonly message: string; readonly details?: unknown },
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1', ...headers });
  response.end(JSON.stringify({ type: 'error', error }));
}
