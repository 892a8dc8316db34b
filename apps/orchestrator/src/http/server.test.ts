import { connect, type AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import type { KnownNames } from './goal-request.ts';
import { createApp, type Api } from './server.ts';

const known: KnownNames = { workers: ['researcher'], recipes: [], privateWebhooks: false };

let server: Server;
let url = '';

/** None of these requests may get as far as the goals. */
beforeAll(async () => {
  const api = {
    goals: { knownNames: async () => known },
    events: {},
    workerTypes: {},
    health: { metrics: createMetrics(), notAlive: async () => null, notReady: async () => null },
    dashboard: null,
    keys: [],
    logger: createLogger('test', 'silent'),
  } as unknown as Api;
  server = createApp(api).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function post(body: Buffer, type = 'application/json'): Promise<Response> {
  return fetch(`${url}/v1/goals`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': type },
  });
}

async function refused(response: Response, status: number, type: string): Promise<void> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status, type: `urn:baton:problem:${type}` });
}

test('brackets that another encoding hides are not looked for', async () => {
  const deep = `{"context":{"\u0122":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}`;
  await refused(
    await post(Buffer.from(deep, 'utf16le'), 'application/json; charset=utf-16le'),
    415,
    'unsupported_media_type',
  );
});

test('bytes that are no UTF-8 are not replaced by others', async () => {
  await refused(await post(Buffer.from('{"goal":"\xff"}', 'latin1')), 400, 'malformed_json');
});

test('more items than may be read are refused before they are parsed', async () => {
  await refused(await post(Buffer.from(`[${'1,'.repeat(70_000)}1]`)), 413, 'too_large');
});

test('a body too large is refused before it has come', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /v1/goals HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10000000000\r\n\r\n');
  const answer = await new Promise<Buffer>((resolve) => void socket.once('data', resolve));
  socket.destroy();
  expect(answer.toString()).toContain('HTTP/1.1 413');
});

test.for(['/livez/', '/LIVEZ/', '/metrics/'])('%s is answered', async (path) => {
  await refused(await fetch(url + path), 404, 'not_found');
});

test.for(['goal_abc:events', 'goal_abc%3Ajournal', '__proto__', 'goal_%00'])(
  'there is no goal %s',
  async (id) => {
    for (const part of ['', '/events', '/tasks/a']) {
      await refused(await fetch(`${url}/v1/goals/${id}${part}`), 404, 'not_found');
    }
  },
);

test('labels are given one by one', async () => {
  await refused(await fetch(`${url}/v1/goals?labels=x`), 400, 'invalid_request');
});
