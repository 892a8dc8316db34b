import { expect, it } from 'vitest';
import { scopeOf } from './authenticate.ts';
import { apiRouters, type Api } from './server.ts';

interface ScopedRoute {
  readonly method: string;
  readonly path: string;
  /** What its first handler asks for. */
  readonly scope: string | null;
}

/** Every method of every route; `.all`, which refuses the other methods, has none. */
function routes(): ScopedRoute[] {
  const stub = new Proxy({}, { get: () => stub }) as unknown as Api;
  const api = { goals: stub, events: {}, deliveries: stub, workerTypes: stub, plans: stub, stats: stub };
  return apiRouters(api as unknown as Api).flatMap((router) =>
    router.stack.flatMap(({ route }) => {
      const path = String(route?.path);
      const layers = (route?.stack ?? []).filter(({ method }) => method !== undefined);
      return [...new Set(layers.map(({ method }) => method))].map((method) => ({
        method,
        path,
        scope: scopeOf(layers.find((layer) => layer.method === method)?.handle ?? {}),
      }));
    }),
  );
}

it('every route of the API asks for a scope before anything else', () => {
  expect(routes().length).toBeGreaterThan(15);
  expect(routes().filter(({ scope }) => scope === null)).toEqual([]);
});

it('what changes a goal that runs asks for the scope of operators, and is audited by it', () => {
  const operated = routes().filter(({ scope }) => scope === 'operate' || scope === 'admin');
  expect(operated.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'post /goals/:goalId/approve',
    'post /goals/:goalId/cancel',
    'post /goals/:goalId/reject',
    'post /goals/:goalId/retry',
  ]);
});
