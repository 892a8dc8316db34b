import { expect, it } from 'vitest';
import { createClient } from './client.ts';
import { json, startStubServer, type Reply } from './testing/stub-server.ts';

const report = { from: '2026-03-01', to: '2026-03-02', by: ['day'], items: [], warnings: [] };

function text(type: string, body: string): Reply {
  return (response) => response.writeHead(200, { 'content-type': type }).end(body);
}

it('asks for usage as it is to be split, of all days unless they are named', async () => {
  const server = await startStubServer({
    'GET /v1/usage': [json(200, report)],
    'GET /v1/usage?by=model%2CworkerType&from=2026-03-01&to=2026-03-02': [json(200, report)],
  });
  const { usage } = createClient({ baseUrl: server.url });
  expect(await usage.get()).toEqual(report);
  const period = { from: '2026-03-01', to: '2026-03-02' };
  expect(await usage.get({ by: ['model', 'workerType'], ...period })).toEqual(report);
});

it('reads usage as CSV, and takes nothing else for it', async () => {
  const csv = 'day,calls\r\n2026-03-01,2\r\n';
  const server = await startStubServer({
    'GET /v1/usage?by=day': [text('text/csv; charset=utf-8', csv), text('text/html', '<p>Hello</p>')],
  });
  const { usage } = createClient({ baseUrl: server.url, maxRetries: 0 });
  expect(await usage.csv({ by: ['day'] })).toBe(csv);
  expect(server.requests[0]?.headers.accept).toBe('text/csv');
  await expect(usage.csv({ by: ['day'] })).rejects.toThrow('text/html');
});
