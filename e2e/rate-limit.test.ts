import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const digest = (key: string): string => createHash('sha256').update(key).digest('hex');
const keys = ['first', 'second', 'third'].map((key) => `acme:${digest(key)}`).join(',');

const baton = useBaton({
  workers: 0,
  orchestrator: { BATON_API_KEYS: keys, RATE_LIMIT: '20', MAX_STREAMS: '2' },
});

test('a key is limited over all processes, and told when it may go on', async () => {
  const { api: other } = await baton.startOrchestrator();
  const apis = [baton.api.withKey('first'), other.withKey('first')];
  const replies = await Promise.all(
    Array.from({ length: 30 }, (_, index) => apis[index % 2]?.fetch('GET', '/v1/goals')),
  );
  const statuses = replies.map((reply) => reply?.status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  const refused = replies.find((reply) => reply?.status === 429);
  expect(await refused?.json()).toMatchObject({ type: 'urn:baton:problem:rate_limited', status: 429 });
  expect(refused?.headers.get('ratelimit')).toMatch(/^"requests"; r=0; t=\d+$/);
  expect(refused?.headers.get('ratelimit-policy')).toMatch(/^"requests"; q=20; w=60; pk=:\S+:$/);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await baton.api.withKey('second').fetch('GET', '/v1/goals')).status).toBe(200);
  expect((await baton.api.fetch('GET', '/livez')).status).toBe(200);

  const counters = (await baton.keys()).filter((key) => key.includes(':rate:'));
  expect(counters).toContain(`{${baton.prefix}}:rate:${digest('first').slice(0, 12)}`);
  for (const counter of counters) expect(await baton.redis.pttl(counter)).toBeGreaterThan(0);
});

test('a key has so many streams open, and places that are given back are taken again', async () => {
  const api = baton.api.withKey('third');
  const { id } = await api.submit({ goal: 'Nobody works on it.', plan: plan(task('a')) });
  const events = `/v1/goals/${id}/events`;
  const leave = new AbortController();
  const open = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${api.url}${events}`, {
      headers: { authorization: 'Bearer third', accept: 'text/event-stream' },
      ...(signal && { signal }),
    });
  expect([(await open(leave.signal)).status, (await open(leave.signal)).status]).toEqual([200, 200]);
  const refused = await open();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ type: 'urn:baton:problem:too_many_streams' });
  expect(refused.headers.get('retry-after')).toBe('5');
  // What does not stay open is not counted.
  expect((await api.eventsSoFar(id)).length).toBeGreaterThan(0);

  leave.abort();
  await expect
    .poll(async () => (await open(AbortSignal.timeout(500))).status, { timeout: 10_000, interval: 200 })
    .toBe(200);
});
