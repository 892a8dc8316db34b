import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { ping } from './ping.mjs';

/** @param {string} reply @returns {Promise<{ port: number, close: () => void }>} */
async function serverThatSays(reply) {
  const server = createServer((socket) => socket.once('data', () => socket.end(reply)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() };
}

test.each([
  ['+PONG\r\n', { state: 'ready' }],
  ['-NOAUTH Authentication required.\r\n', { state: 'ready' }],
  ['-LOADING Redis is loading the dataset in memory\r\n', { state: 'loading' }],
  [
    'HTTP/1.1 400 Bad Request\r\n',
    { state: 'silent', reason: 'the answer to PING was "HTTP/1.1 400 Bad Request"' },
  ],
  ['', { state: 'silent', reason: 'the connection was closed' }],
])('a server that says %j', async (reply, expected) => {
  const server = await serverThatSays(reply);
  expect(await ping({ host: '127.0.0.1', port: server.port })).toEqual(expected);
  server.close();
});

test('nobody there', async () => {
  const server = await serverThatSays('');
  server.close();
  expect(await ping({ host: '127.0.0.1', port: server.port })).toEqual({
    state: 'silent',
    reason: 'ECONNREFUSED',
  });
});
