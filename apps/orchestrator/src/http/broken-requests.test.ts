import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { answerBrokenRequests, behindReadableAddresses, refuseOddHeads } from './broken-requests.ts';
import { problemHandler } from './problem.ts';

let server: Server;
let port = 0;

beforeAll(async () => {
  const app = express();
  app.use(refuseOddHeads);
  app.get('/stream', (_request, response) => {
    response.write('begun');
  });
  app.get('/', (_request, response) => {
    response.send('taken');
  });
  app.use(problemHandler(createLogger('test', 'silent')));
  const answer = behindReadableAddresses(app);
  server = createServer({ requireHostHeader: false }, answer);
  answerBrokenRequests(server, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** All that comes back until the server closes the connection. `after` is sent once something has come. */
function send(text: string, after?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      if (received === '' && after !== undefined) socket.write(after, 'latin1');
      received += chunk;
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    socket.write(text, 'latin1');
  });
}

function problemIn(answer: string): { status: number; type: string; detail: string } {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain('content-type: application/problem+json');
  expect(head).toContain(`content-length: ${body.length}`);
  return JSON.parse(body) as ReturnType<typeof problemIn>;
}

test.for([
  ['noise', '\0\x01\x02\r\n\r\n', 400, 'invalid_request'],
  ['a method that is none', 'ZEBRA / HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'invalid_request'],
  [
    'two ways to tell the length',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'invalid_request',
  ],
  [
    'large headers',
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n', 405, 'method_not_allowed'],
] as const)('%s is answered with a problem', async ([, text, status, type]) => {
  expect(problemIn(await send(text))).toMatchObject({ status, type: `urn:baton:problem:${type}` });
});

test.for([
  ['without a host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 'HTTP/1.1 400'],
  ['without a host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 'HTTP/1.1 200'],
  [
    'that expects a zebra',
    'GET / HTTP/1.1\r\nhost: a\r\nexpect: zebra\r\nconnection: close\r\n\r\n',
    'HTTP/1.1 417',
  ],
  [
    'with a whole URL as address',
    'GET http://b/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    'HTTP/1.1 200',
  ],
  ['with no address', 'GET http://[ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 'HTTP/1.1 400'],
] as const)('a request %s is answered', async ([, text, statusLine]) => {
  expect(await send(text)).toContain(statusLine);
});

test('noise behind a request whose answer is under way ends the connection and gets no answer into it', async () => {
  const answer = await send('GET /stream HTTP/1.1\r\nhost: a\r\n\r\n', '\0noise\r\n\r\n');
  expect(answer).toContain('begun');
  expect(answer).not.toContain('problem');
});
