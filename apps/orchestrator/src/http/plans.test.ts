import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, expect, test, vi } from 'vitest';
import type { DryRun } from '@baton/shared/contract/planning';
import type { ApiKey, Scope } from '@baton/shared/settings/api-keys';
import { noUsage } from '@baton/shared/contract/task-outcome';
import { createLogger } from '@baton/shared/telemetry/logger';
import { authenticate } from './authenticate.ts';
import { planRoutes, type DryRunResult, type Plans } from './plans.ts';
import { problemHandler } from './problem.ts';
import { statsRoutes } from './stats.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(dryRun: Plans['dryRun'], keys: readonly ApiKey[] = []) {
  const spied = vi.fn(dryRun);
  const names = { workers: ['writer'], recipes: [], privateWebhooks: false };
  const app = express();
  app.use('/v1', authenticate(keys), express.json({ strict: false }));
  const idle = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };
  const stats = { workerTypes: [], planning: idle, synthesis: idle };
  app.use('/v1', planRoutes({ dryRun: spied }, { knownNames: async () => names }));
  app.use('/v1', statsRoutes({ read: async () => stats }));
  app.use(problemHandler(createLogger('test', 'silent')));
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/plans`;
  const post = (body: unknown, path = '', signal: AbortSignal | null = null): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      signal,
    });
  return { post, dryRun: spied, url };
}

const planned: DryRun = {
  mode: 'plan',
  analysis: 'x',
  tasks: [],
  answer: null,
  simulated: true,
  usage: noUsage,
  forecast: null,
};

test('a plan is told at the top level', async () => {
  const { post } = await serve(async () => ({ kind: 'made', dryRun: planned }));
  const response = await post({ goal: 'g' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(planned);
});

test('a refused request asks nobody', async () => {
  const { post, dryRun, url } = await serve(async () => ({ kind: 'busy' }));
  expect((await post({ goal: 'g', plam: {} })).status).toBe(400);
  expect((await post({ plan: {}, options: { x: 1 } }, '/validate')).status).toBe(400);
  const get = await fetch(url);
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  expect(dryRun).not.toHaveBeenCalled();
});

const refusals: [string, DryRunResult, number, string | null, object][] = [
  ['busy', { kind: 'busy' }, 503, '5', { type: 'urn:baton:problem:unavailable' }],
  [
    'spent',
    { kind: 'exhausted', nextDayInMs: 61_500 },
    429,
    '62',
    { type: 'urn:baton:problem:budget_exhausted' },
  ],
  ['stopping', { kind: 'stopping' }, 503, '5', { type: 'urn:baton:problem:unavailable' }],
  [
    'overloaded',
    { kind: 'overloaded', reason: 'Slow down', retryAfterMs: 89_001 },
    503,
    '90',
    { type: 'urn:baton:problem:unavailable', detail: expect.stringContaining('Slow down') },
  ],
  [
    'failed',
    {
      kind: 'failed',
      error: {
        type: 'plan_invalid',
        message: 'Still broken.',
        violations: [{ path: 'tasks[0].id', taskId: 'a', message: 'Mend it.' }],
      },
    },
    502,
    null,
    {
      type: 'urn:baton:problem:model_failed',
      detail: 'Still broken.',
      errors: [{ path: 'tasks[0].id', message: 'Mend it.' }],
    },
  ],
];

test.each(refusals)('%s is a problem', async (_kind, result, status, retryAfter, problem) => {
  const { post } = await serve(async () => result);
  const response = await post({ goal: 'g' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
  expect(await response.json()).toMatchObject({ status, ...problem });
});

test('a client that goes takes its call with it', async () => {
  let begin: (signal: AbortSignal) => void = () => undefined;
  const begun = new Promise<AbortSignal>((resolve) => (begin = resolve));
  const { post } = await serve((_request, signal) => {
    begin(signal);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('gone')));
    });
  });
  const client = new AbortController();
  const reply = post({ goal: 'g' }, '', client.signal);
  const signal = await begun;
  expect(signal.aborted).toBe(false);
  client.abort();
  await expect(reply).rejects.toThrow();
  if (!signal.aborted) await once(signal, 'abort');
});

test('a plan is checked as it was sent', async () => {
  const { post, dryRun } = await serve(async () => ({ kind: 'busy' }));
  const tasks = [{ id: 'a', worker: 'writer', description: 'x' }];
  const valid = await post({ tasks }, '/validate');
  expect([valid.status, await valid.json()]).toEqual([200, { valid: true, violations: [] }]);
  const broken = await post({ plan: { tasks: [{ ...tasks[0], worker: 'poet' }] } }, '/validate');
  expect(await broken.json()).toMatchObject({
    valid: false,
    violations: [{ law: 'known_workers', path: 'tasks[0].worker', taskId: 'a' }],
  });
  expect(dryRun).not.toHaveBeenCalled();
});

test.each<[string, string, Scope]>([
  ['POST', '/v1/plans', 'submit'],
  ['POST', '/v1/plans/validate', 'submit'],
  ['GET', '/v1/stats', 'read'],
])('%s %s needs the scope %s', async (method, path, needed) => {
  const keyWith = (scope: Scope): ApiKey => ({
    tenant: 'acme',
    sha256: createHash('sha256').update(scope).digest('hex'),
    scopes: [scope],
  });
  const { url } = await serve(
    async () => ({ kind: 'made', dryRun: planned }),
    [keyWith('submit'), keyWith('read'), keyWith('operate')],
  );
  const statuses = ['submit', 'read', 'operate'].map(async (scope) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${scope}`, 'content-type': 'application/json' },
      body: method === 'POST' ? JSON.stringify({ goal: 'g' }) : null,
    });
    return [scope, response.status];
  });
  const expected = ['submit', 'read', 'operate'].map((scope) => [scope, scope === needed ? 200 : 403]);
  expect(await Promise.all(statuses)).toEqual(expected);
});
