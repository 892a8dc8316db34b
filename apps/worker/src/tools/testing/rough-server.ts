import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly name?: string; readonly protocolVersion?: string };
}

const tools = ['slow', 'break', 'endless'].map((name) => ({ name, inputSchema: { type: 'object' } }));

/** An MCP server over HTTP whose tool `slow` waits, `break` ends the connection, and `endless` has no end. */
export async function roughServer() {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const asked = new Map<string, () => void>();

  function resultOf({ method, params }: Message): unknown {
    if (method === 'initialize') {
      const serverInfo = { name: 'rough', version: '1' };
      return { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo };
    }
    if (method === 'tools/list') return { tools };
    return method === 'tools/call' && params?.name === 'slow'
      ? { content: [{ type: 'text', text: 'at last' }] }
      : null;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const message = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Message;
    if (message.id === undefined) return void response.writeHead(202).end();
    const name = message.method === 'tools/call' ? (message.params?.name ?? '') : '';
    asked.get(name)?.();
    if (name === 'break') return void request.socket.destroy();
    if (name === 'slow') await released;
    response.writeHead(200, { 'content-type': 'application/json' });
    if (name === 'endless') {
      const pour = (): void => {
        while (response.write('x'.repeat(1024 * 1024)));
      };
      response.on('drain', pour).on('error', () => undefined);
      return pour();
    }
    const result = resultOf(message);
    const said = result === null ? { error: { code: -32601, message: 'Method not found' } } : { result };
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...said }));
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    release();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    release: () => release(),
    /** Resolves when the tool is called. */
    asked: (name: string) => new Promise<void>((resolve) => asked.set(name, resolve)),
  };
}
