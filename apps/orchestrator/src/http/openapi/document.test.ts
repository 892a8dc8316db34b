import { Router } from 'express';
import { expect, test } from 'vitest';
import { problemTypes } from '@baton/shared/contract/problem';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { scopeOf } from '../authenticate.ts';
import { createApp, type Api } from '../server.ts';
import { openApiDocument, operations } from './document.ts';

type Layer = Router['stack'][number];

const api = {
  events: { stopping: new AbortController().signal },
  health: { metrics: createMetrics(), notAlive: async () => null, notReady: async () => null },
  dashboard: null,
  keys: [],
  rateLimit: null,
  maxStreams: 1,
  corsOrigins: [],
  logger: createLogger('test', 'silent'),
} as unknown as Api;

const methods: ReadonlySet<string> = new Set(['get', 'post', 'put', 'patch', 'delete']);

function routesOf({ stack }: { stack: Layer[] }): Layer[] {
  return stack.flatMap((layer) => {
    const { stack: inner } = layer.handle as { stack?: Layer[] };
    return layer.route ? [layer] : inner ? routesOf({ stack: inner }) : [];
  });
}

/** The routes that ask for a scope, as the document would write them. */
function routes(): { method: string; path: string; scope: string }[] {
  const app = createApp(api) as unknown as { router: { stack: Layer[] } };
  return routesOf(app.router).flatMap(({ route }) => {
    const path = `/v1${String(route?.path).replaceAll(/:(\w+)/g, '{$1}')}`;
    return (route?.stack ?? []).flatMap(({ handle, method }) => {
      const scope = scopeOf(handle);
      return scope === null || !methods.has(method) ? [] : [{ method, path, scope }];
    });
  });
}

const inOrder = (list: { method: string; path: string; scope: string }[]): string[] =>
  list.map(({ method, path, scope }) => `${method} ${path} ${scope}`).toSorted();

test('every route is described, with the scope that it asks for, and nothing else is', () => {
  const described = operations.map(({ method, path, scope }) => ({ method, path, scope }));
  expect(described.length).toBeGreaterThan(15);
  expect(inOrder(routes())).toEqual(inOrder(described));
});

test('every type of problem is described', () => {
  const text = JSON.stringify(openApiDocument());
  const untold = Object.keys(problemTypes).filter((type) => !text.includes(`"urn:baton:problem:${type}"`));
  expect(untold).toEqual([]);
});

// Clients are generated with these names.
test('operations keep their names', () => {
  expect(operations.map(({ id }) => id).toSorted()).toEqual([
    'approveGoal',
    'cancelGoal',
    'checkPlan',
    'getAnalytics',
    'getGoal',
    'getOutput',
    'getPlan',
    'getStats',
    'getTask',
    'getUsage',
    'giveFeedback',
    'listCalls',
    'listDeliveries',
    'listGoals',
    'listRecipes',
    'listTasks',
    'listWorkerTypes',
    'makePlan',
    'rejectGoal',
    'retryGoal',
    'submitGoal',
    'submitGoals',
    'watchGoal',
  ]);
});
