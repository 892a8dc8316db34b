import express from 'express';
import { expect, it } from 'vitest';
import type { UsagePeriod } from '@baton/shared/ledger/usage-report';
import { reportOf } from '@baton/shared/ledger/usage-report';
import { createLogger } from '@baton/shared/telemetry/logger';
import { authenticate } from './authenticate.ts';
import { problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';
import { usageRoutes } from './usage.ts';

const NOON = Date.parse('2026-03-31T12:00:00Z');
const day = {
  day: '2026-03-31',
  fields: { 'calls writer claude-a': '2', 'costNanoUsd writer claude-a': '5000' },
};

async function get(query: string, accept = '*/*') {
  const asked: { tenant: string; period: UsagePeriod; today: string }[] = [];
  const usage = {
    read: (tenant: string, period: UsagePeriod, today: string) => {
      asked.push({ tenant, period, today });
      return Promise.resolve({ ...reportOf([day], period), today: null });
    },
  };
  const app = express();
  app.use(
    '/v1',
    authenticate([]),
    usageRoutes(usage, () => NOON),
  );
  app.use(problemHandler(createLogger('test', 'silent')));
  const url = await serve(app);
  const response = await fetch(`${url}/v1/usage${query}`, { headers: { accept } });
  return { response, text: await response.text(), asked };
}

it('tells of the last thirty days, split by all, unless it is asked for others', async () => {
  const { response, asked, text } = await get('');
  expect(response.status).toBe(200);
  expect(asked).toMatchObject([
    {
      period: { from: '2026-03-02', to: '2026-03-31', by: ['day', 'model', 'workerType'] },
      today: '2026-03-31',
    },
  ]);
  expect(JSON.parse(text)).toMatchObject({ items: [{ day: '2026-03-31', workerType: 'writer', calls: 2 }] });
  const another = await get('?by=model&from=2025-12-30&to=2026-01-02');
  expect(another.asked).toMatchObject([{ period: { from: '2025-12-30', to: '2026-01-02', by: ['model'] } }]);
});

it('answers as CSV where that is asked for', async () => {
  const csv = 'day,calls,inputTokens';
  const byHeader = await get('?by=day', 'text/csv');
  expect(byHeader.text.startsWith(csv)).toBe(true);
  expect(byHeader.response.headers.get('content-type')).toContain('text/csv');
  expect(byHeader.response.headers.get('content-disposition')).toBe(
    'attachment; filename="usage_2026-03-02_2026-03-31.csv"',
  );
  expect((await get('?by=day&format=csv', 'application/json')).text.startsWith(csv)).toBe(true);
  expect((await get('?by=day&format=json', 'text/csv')).text.startsWith('{')).toBe(true);
});

it.each([
  ['?by=', 'by'],
  ['?by=tenant', 'by'],
  ['?by=day,day', 'by'],
  ['?by=day&by=model', 'by'],
  ['?from=yesterday', 'from'],
  ['?from=2026-02-30', 'from'],
  ['?from=2026-04-01', 'from'],
  ['?from=2020-01-01', 'from'],
  ['?to=2026-13-01', 'to'],
  ['?format=xml', 'format'],
  ['?since=2026-03-01', 'since'],
])('refuses %s and asks nobody', async (query, path) => {
  const { response, text, asked } = await get(query);
  expect(response.status).toBe(400);
  expect(
    (JSON.parse(text) as { errors: { path: string }[] }).errors.map((error) => error.path.split('.')[0]),
  ).toContain(path);
  expect(asked).toEqual([]);
});
