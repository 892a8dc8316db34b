import { appRoutes } from '@bull-board/api/dist/routes.js';
import type { BullBoardRequest } from '@bull-board/api/typings/app';
import { describe, expect, test } from 'vitest';
import { refuseUnlawful } from './board-writes.ts';

function request(params: Record<string, string>, state: string | null = null): BullBoardRequest {
  const job = state === null ? null : { getState: () => Promise.resolve(state) };
  const queues = new Map([['goals', { getJob: () => Promise.resolve(job) }]]);
  return { queues, uiConfig: {}, query: {}, params, body: {}, headers: {} } as unknown as BullBoardRequest;
}

type Method = Parameters<typeof refuseUnlawful>[0]['method'];

const allowed = new Set([
  '/api/queues/pause',
  '/api/queues/resume',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/:jobId/promote',
]);

const routes = appRoutes.api.map(({ method, route }) => [method as Method, String(route)] as const);

describe('of the routes that the board has', () => {
  test.for(routes)('%s %s is let pass only if it can harm no flow', async ([method, route]) => {
    const params = { queueName: 'goals', jobId: '1', queueStatus: 'wait' };
    const answer = await refuseUnlawful({ method, route, request: request(params, 'waiting') });
    if (method === 'get' || allowed.has(route)) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject({ allow: false, status: 403, message: expect.stringMatching(/goal/) });
  });

  test('there are more than these', () => {
    expect(routes.filter(([method]) => method !== 'get').length).toBeGreaterThan(allowed.size + 10);
  });
});

describe('what has ended', () => {
  const clean = async (params: Record<string, string>, state: string | null = null): Promise<boolean> => {
    const route = `/api/queues/:queueName/${'jobId' in params ? ':jobId/clean' : 'clean/:queueStatus'}`;
    const asked = request({ queueName: 'goals', ...params }, state);
    return (await refuseUnlawful({ method: 'put', route, request: asked })) === undefined;
  };

  test('may be removed, and nothing else', async () => {
    for (const state of ['completed', 'failed']) {
      expect(await clean({ queueStatus: state })).toBe(true);
      expect(await clean({ jobId: '1' }, state)).toBe(true);
    }
    for (const state of ['wait', 'active', 'delayed', 'prioritized', 'paused', 'waiting-children', ''])
      expect(await clean({ queueStatus: state })).toBe(false);
    for (const state of ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children', 'unknown'])
      expect(await clean({ jobId: '1' }, state)).toBe(false);
  });

  test('and is gone is for the board to say', async () => {
    expect(await clean({ jobId: '1' })).toBe(true);
  });
});
