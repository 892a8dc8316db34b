import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../telemetry/metrics.ts';
import { startHealthServer, type Listening } from './health-server.ts';

let server: Listening;

beforeAll(async () => {
  const fine = (): Promise<null> => Promise.resolve(null);
  const health = { metrics: createMetrics(), notAlive: fine, notReady: fine };
  server = await startHealthServer(health, 0, '127.0.0.1', 'HEALTH_PORT');
});
afterAll(() => server.close());

function statusOf(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test.for(['//', '//[', 'http://[', '*', '/%', '/livez/'])(
  'the address %s is answered and harms nobody',
  async (path) => {
    expect(await statusOf(path)).toBe(404);
    expect(await statusOf('/livez')).toBe(200);
  },
);

test('a query does not matter', async () => {
  expect(await statusOf('/livez?x=1')).toBe(200);
});
