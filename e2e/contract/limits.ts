import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../api.ts';
import { entry, type World } from './world.ts';

const PER_MINUTE = 3;
const at = (goalId: string, part: string): string => `/v1/goals/${goalId}${part}`;

/** What a server answers that is told to take little. */
export function limits(world: World): void {
  let limited: (key: string) => Api;
  beforeAll(async () => {
    const { api: other } = await world.baton.startOrchestrator({
      BATON_API_KEYS: [entry('rated', 'rated'), entry('small', 'small'), entry('small', 'streams')].join(','),
      RATE_LIMIT: String(PER_MINUTE),
      MAX_STREAMS: '1',
      TENANT_MAX_GOALS: '2',
      ROLE: 'api',
    });
    limited = (key) => world.client(key, fetch, other.url);
  });

  async function tooMany(response: Response, type: string): Promise<void> {
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 429,
      body: { type: `urn:baton:problem:${type}` },
    });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  }

  test('of requests hold for every operation', async () => {
    for (let sent = 0; sent < PER_MINUTE; sent += 1) {
      const response = await limited('rated').fetch('GET', '/v1/stats');
      expect(response.status).toBe(200);
      expect(response.headers.get('ratelimit')).toContain(`r=${PER_MINUTE - sent - 1}`);
      expect(response.headers.get('ratelimit-policy')).toContain(`q=${PER_MINUTE}`);
    }
    for (const operation of world.contract().operations) {
      await tooMany(await world.call(limited('rated'), operation, 'goal_nothing'), 'rate_limited');
    }
  });

  test('of open goals and streams are told', async () => {
    const text = 'Held while others knock.';
    const match = { contains: text, role: 'planner' };
    await world.baton.emulator.inject({ match, fault: { kind: 'hang' }, times: 2 });
    const { id } = await limited('small').submit({ goal: text });
    const open = await limited('streams').fetch('GET', at(id, '/events'));
    expect(open.status).toBe(200);
    await tooMany(await limited('streams').fetch('GET', at(id, '/events')), 'too_many_streams');
    // A wait is a preference: where it can not be had, the goal is taken all the same.
    const call = { body: { goal: text }, headers: { prefer: 'wait=20' } };
    const unwaited = await limited('streams').fetch('POST', '/v1/goals', call);
    expect([unwaited.status, unwaited.headers.get('preference-applied')]).toEqual([202, null]);
    await tooMany(
      await limited('small').fetch('POST', '/v1/goals', { body: { goal: 'One more.' } }),
      'too_many_goals',
    );
    await limited('small').json('POST', at(id, '/cancel'), 202);
    await open.text();
  });
}
