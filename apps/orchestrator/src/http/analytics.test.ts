import express from 'express';
import { expect, it } from 'vitest';
import { analyticsOf } from '@baton/shared/analytics/read-analytics';
import { TooManyReports } from '@baton/shared/analytics/report-queue';
import type { AnalyticsPeriod } from '@baton/shared/contract/analytics';
import { createLogger } from '@baton/shared/telemetry/logger';
import { analyticsRoutes, type Analytics } from './analytics.ts';
import { authenticate } from './authenticate.ts';
import { problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';

const NOON = Date.parse('2026-03-31T12:00:00Z');
const none = { goals: [], hasMore: false, open: 0 };

async function start(read: Analytics['read']): Promise<string> {
  const app = express();
  app.use(
    '/v1',
    authenticate([]),
    analyticsRoutes({ read }, () => NOON),
  );
  app.use(problemHandler(createLogger('test', 'silent')));
  return serve(app);
}

async function get(query: string) {
  const asked: { tenant: string; period: AnalyticsPeriod }[] = [];
  const url = await start((tenant, period) => {
    asked.push({ tenant, period });
    return analyticsOf(period, none, [], 1_000, () => Promise.resolve());
  });
  const response = await fetch(`${url}/v1/analytics${query}`);
  return {
    response,
    asked,
    body: (await response.json()) as { errors?: { path: string; message: string }[] },
  };
}

it('tells of the last seven days unless it is asked for others', async () => {
  const { response, asked, body } = await get('');
  expect(response.status).toBe(200);
  expect(asked.map(({ period }) => period)).toEqual([
    { from: '2026-03-25', to: '2026-03-31', recipe: null, labels: {} },
  ]);
  expect(body).toMatchObject({ from: '2026-03-25', goals: { considered: 0, hasMore: false }, tasks: [] });
});

it('hands on the days, the recipe and the labels', async () => {
  const { asked } = await get('?from=2026-01-01&to=2026-04-02&recipe=report&label.team=growth&label.kind=a');
  expect(asked.map(({ period }) => period)).toEqual([
    { from: '2026-01-01', to: '2026-04-02', recipe: 'report', labels: { team: 'growth', kind: 'a' } },
  ]);
});

it.each([
  ['?from=yesterday', 'from', 'must be a day such as 2026-03-02'],
  ['?to=2026-02-30', 'to', 'must be a day such as 2026-03-02'],
  ['?from=2026-04-01', 'from', 'must be no later than to (2026-03-31)'],
  ['?from=2025-12-29', 'from', 'must be at most 92 days before to (2026-03-31), that day included'],
  ['?form=2026-03-01', 'form', 'is not a known field. Did you mean "from"?'],
  ['?recipes=report', 'recipes', 'is not a known field. Did you mean "recipe"?'],
  ['?recipe=', 'recipe', 'must be the name of a recipe'],
  ['?recipe=a&recipe=b', 'recipe', 'must be given once'],
  ['?label=team=growth', 'label', 'is not a known field. Give each label as label.<key>=<value>.'],
  ['?label.team=a&label.team=b', 'labels.team', 'must be given once'],
])('refuses %s and asks nobody', async (query, path, message) => {
  const { response, asked, body } = await get(query);
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(body.errors).toEqual([{ path, message }]);
  expect(asked).toEqual([]);
});

it('names all that is wrong at once', async () => {
  const { body } = await get('?from=a&to=b&since=c');
  expect(body.errors?.map(({ path }) => path)).toEqual(['from', 'to', 'since']);
});

it('answers 503 while too many are being made', async () => {
  const url = await start(() => Promise.reject(new TooManyReports()));
  const response = await fetch(`${url}/v1/analytics`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
});

it('ends the work when the client has gone', async () => {
  let begin: (signal: AbortSignal) => void = () => undefined;
  const begun = new Promise<AbortSignal>((resolve) => (begin = resolve));
  const url = await start((_tenant, _period, signal) => {
    begin(signal);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  const client = new AbortController();
  const asked = fetch(`${url}/v1/analytics`, { signal: client.signal }).catch(() => 'gone');
  const signal = await begun;
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  client.abort();
  expect(await asked).toBe('gone');
  await aborted;
});
