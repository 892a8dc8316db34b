import { expect, it } from 'vitest';
import { createClient } from './client.ts';
import { json, startStubServer } from './testing/stub-server.ts';

it('asks how goals went, of the days, the recipe and the labels that are named', async () => {
  const report = { from: '2026-03-01', to: '2026-03-02', tasks: [] };
  const server = await startStubServer({
    'GET /v1/analytics': [json(200, report)],
    'GET /v1/analytics?from=2026-03-01&to=2026-03-02&recipe=report&label.team=growth': [json(200, report)],
  });
  const { analytics } = createClient({ baseUrl: server.url });
  expect(await analytics.get()).toEqual(report);
  const period = { from: '2026-03-01', to: '2026-03-02' };
  expect(await analytics.get({ ...period, recipe: 'report', labels: { team: 'growth' } })).toEqual(report);
});
