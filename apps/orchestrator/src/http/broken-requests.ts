// What Node answers by itself is no problem document, or no answer at all. Here:
// 1. A request that is not HTTP is answered with a problem, unless an answer is under way on its connection.
// 2. Its connection takes nothing more, and is closed once the answer had time to arrive.
// 3. An expectation that nobody has and CONNECT are requests like any other, which are refused.

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestHandler } from 'express';
import type { ProblemType } from '@baton/shared/contract/problem';
import { problemDocument, ProblemError } from './problem.ts';

/** Time for the answer to arrive before the connection is cut off, in ms: what still comes in would destroy it. */
const LINGER = 1_000;

const problemOf: Readonly<Record<string, [ProblemType, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request line and the headers may hold at most 16 KiB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['too_large', 'A chunk may have extensions of at most 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
};

/** What every other reply has from security-headers.ts. */
const safeHeaders = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'" };

function rawAnswer(error: ProblemError, headers: string): string {
  const problem = problemDocument(error, '');
  const body = JSON.stringify(problem);
  const safe = Object.entries(safeHeaders)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return (
    `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n${safe}${headers}connection: close\r\n\r\n${body}`
  );
}

function answerAndClose(socket: Duplex, error: ProblemError, headers = ''): void {
  socket.on('error', () => socket.destroy());
  socket.end(rawAnswer(error, headers));
  setTimeout(() => socket.destroy(), LINGER).unref();
}

/** Answers what never becomes a request of the app. */
export function answerBrokenRequests(server: Server, app: RequestListener): void {
  const underWay = new WeakMap<Duplex, ServerResponse>();
  const answered = new WeakSet<Duplex>();

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    underWay.set(request.socket, response);
    response.once('close', () => {
      if (underWay.get(request.socket) === response) underWay.delete(request.socket);
    });
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    app(request, response);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    const error = new ProblemError('method_not_allowed', 'This server is no proxy: CONNECT is not taken.');
    answerAndClose(socket, error, 'allow: GET, POST\r\n');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (answered.has(socket)) return;
    answered.add(socket);
    if (!socket.writable || underWay.get(socket)?.headersSent) {
      socket.destroy();
      return;
    }
    const [type, detail] = problemOf[error.code ?? ''] ?? [
      'invalid_request',
      `This is not HTTP as this server reads it: ${error.message}.`,
    ];
    answerAndClose(socket, new ProblemError(type, detail));
  });
}

/** Addresses in absolute form become paths, as the app's router reads no others; one that is none is answered: true. */
function refusesAddress(request: IncomingMessage, response: ServerResponse): boolean {
  const { url = '/' } = request;
  if (url.startsWith('/') || url === '*') return false;
  if (URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    request.url = `${pathname.startsWith('/') ? pathname : '/'}${search}`;
    return false;
  }
  const problem = problemDocument(
    new ProblemError('invalid_request', 'The address of the request can not be read.'),
    url,
  );
  const type = 'application/problem+json; charset=utf-8';
  response.writeHead(problem.status, { 'content-type': type, ...safeHeaders });
  response.end(JSON.stringify(problem));
  return true;
}

/** The app, for requests whose address it can read; the others are answered. */
export function behindReadableAddresses(app: RequestListener): RequestListener {
  return (request, response) => {
    if (!refusesAddress(request, response)) app(request, response);
  };
}

/** What Node would refuse by itself, with no words. */
export const refuseOddHeads: RequestHandler = (request, _response, next) => {
  const { host, expect } = request.headers;
  if (host === undefined && request.httpVersion === '1.1')
    throw new ProblemError('invalid_request', 'A request must name its host: send the header host.');
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    throw new ProblemError('expectation_failed', 'Only expect: 100-continue is taken.');
  next();
};
