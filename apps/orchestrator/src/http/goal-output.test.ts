import express from 'express';
import { expect, it, vi } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { authenticate } from './authenticate.ts';
import type { EarlierOutput } from './goal-output.ts';
import { goalRoutes, type Goals } from './goals.ts';
import { problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';

async function outputRoute(goal: object) {
  const earlierOutput = vi.fn<EarlierOutput>(async (_goalId, rev) => (rev === 1 ? 'half' : null));
  const fields = { id: 'goal_1', rev: 3, status: 'succeeded', links: { events: '/events' }, ...goal };
  const app = express();
  app.use(authenticate([]));
  app.use(goalRoutes({ get: async () => fields, earlierOutput } as unknown as Goals));
  app.use(problemHandler(createLogger('test', 'silent')));
  const url = await serve(app);
  return { earlierOutput, get: (query = '') => fetch(`${url}/goals/goal_1/output${query}`) };
}

it.each(['', '?rev=3'])('is the latest run’s: %s', async (query) => {
  const { get, earlierOutput } = await outputRoute({ output: '# All', simulated: true });
  const response = await get(query);
  expect([response.status, await response.text()]).toEqual([200, '# All']);
  expect(response.headers.get('baton-simulated')).toBe('true');
  expect(earlierOutput).not.toHaveBeenCalled();
});

it('is an earlier one’s by its rev, while there is no later one too', async () => {
  const { get } = await outputRoute({ output: null, status: 'running' });
  const response = await get('?rev=1');
  expect([response.status, await response.text()]).toEqual([200, 'half']);
  expect(response.headers.get('content-type')).toContain('text/markdown');
});

it.each(['', '?rev=3'])('is a conflict while there is none: %s', async (query) => {
  const { get } = await outputRoute({ output: null, status: 'running' });
  expect((await get(query)).status).toBe(409);
});

it.each(['?rev=2', '?rev=0', '?rev=4'])('is not found for a run without one: %s', async (query) => {
  const result = (rev: number) =>
    ({ rev, status: 'failed', finishedAt: '2026-03-02T09:00:00.000Z' }) as const;
  const { get } = await outputRoute({ output: '# All', results: [result(1), result(3)] });
  const response = await get(query);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    detail: expect.stringContaining('It has ended at rev 1, 3.'),
  });
});

it.each([
  ['?rev=one', 'rev'],
  ['?rev=-1', 'rev'],
  ['?rev=', 'rev'],
  ['?rev=1.5', 'rev'],
  ['?rev=1&rev=2', 'rev'],
  ['?version=1', 'version'],
])('is refused for a query that is wrong: %s', async (query, path) => {
  const { get } = await outputRoute({ output: '# All' });
  const response = await get(query);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ path }] });
});
