import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '@baton/shared/contract/delivery';
import type { Scope } from '@baton/shared/settings/api-keys';
import { createLogger } from '@baton/shared/telemetry/logger';
import { deliveryRoutes } from './deliveries.ts';
import { problemHandler } from './problem.ts';

const delivery: Delivery = {
  id: 'msg_goal_1_0',
  type: 'goal.failed',
  at: '2026-01-02T03:04:05.678Z',
  status: 'pending',
  nextAttemptAt: null,
  attemptCount: 0,
  attempts: [],
};

const asked: string[] = [];
let url = '';
let close = (): void => undefined;

beforeAll(async () => {
  const app = express();
  app.use((request, response, next) => {
    const scopes = (request.get('x-scopes') ?? 'read').split(' ') as Scope[];
    response.locals['caller'] = { tenant: request.get('x-tenant') ?? 'acme', scopes };
    next();
  });
  const list = async (tenant: string, goalId: string) => {
    asked.push(goalId);
    return tenant === 'acme' ? [delivery] : null;
  };
  app.use(deliveryRoutes({ list }), problemHandler(createLogger('test', 'silent')));
  const server = app.listen(0, '127.0.0.1');
  close = () => void server.close();
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => close());

const at = (goalId: string, options: RequestInit = {}): Promise<Response> =>
  fetch(`${url}/goals/${goalId}/deliveries`, options);

describe("a goal's deliveries", () => {
  it('are listed', async () => {
    const response = await at('goal_1');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ items: [delivery] });
  });

  it("are not found with another tenant's key", async () => {
    const response = await at('goal_1', { headers: { 'x-tenant': 'umbrella' } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ detail: 'There is no goal goal_1.' });
  });

  it('are for whoever may read', async () => {
    expect((await at('goal_1', { headers: { 'x-scopes': 'submit operate' } })).status).toBe(403);
  });

  it('are read and nothing else', async () => {
    const response = await at('goal_1', { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('are not looked for under what can be no goal', async () => {
    asked.length = 0;
    expect((await at('goal_1:tasks')).status).toBe(404);
    expect(asked).toEqual([]);
  });
});
