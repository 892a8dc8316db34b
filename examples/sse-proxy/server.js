// The route without a framework: node:http around a handler of Request and Response.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GET } from './route.js';

const { PORT = '8082' } = process.env;
const page = await readFile(new URL('page.html', import.meta.url));

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, id] = /^\/api\/goals\/([\w-]+)\/events$/.exec(pathname) ?? [];
  if (request.method === 'GET' && pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  } else if (request.method === 'GET' && id !== undefined) {
    serve(request, response, id).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  } else response.writeHead(404).end();
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : PORT}`);
});

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {string} id
 */
async function serve(incoming, outgoing, id) {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const lastEventId = incoming.headers['last-event-id'];
  const request = new Request(new URL(incoming.url ?? '/', 'http://localhost'), {
    headers: typeof lastEventId === 'string' ? { 'last-event-id': lastEventId } : {},
    signal: gone.signal,
  });
  const { status, headers, body } = await GET(request, { params: Promise.resolve({ id }) });
  outgoing.writeHead(status, Object.fromEntries(headers));
  outgoing.flushHeaders();
  if (body === null) outgoing.end();
  else {
    try {
      await pipeline(
        Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (body)),
        outgoing,
      );
    } catch {
      // The browser has gone, or Baton has: in both cases the connection ends here, and an EventSource comes back.
    }
  }
}
