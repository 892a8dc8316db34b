import { get, type IncomingMessage } from 'node:http';
import express from 'express';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { countStreams, holdStream, openStreams } from './open-streams.ts';
import { timing } from './server.ts';
import { serve } from './testing/serve.ts';

/** A server with a route that answers at once and one that stays open until it is told to end. */
async function open() {
  const metrics = createMetrics();
  const app = express();
  const ending: (() => void)[] = [];
  app.use((_request, response, next) => {
    response.locals['caller'] = { tenant: 'default', scopes: [], keyId: 'a' };
    next();
  });
  app.use('/v1', timing(metrics), countStreams(openStreams(2, (count) => metrics.openStreams.set(count))));
  const router = express.Router();
  router.get('/goals/:goalId', (_request, response) => void response.json({}));
  router.get('/goals/:goalId/events', (_request, response) => {
    holdStream(response);
    response.write('.');
    ending.push(() => response.end());
  });
  app.use('/v1', router);
  const url = await serve(app);
  const samples = async (): Promise<string[]> => {
    const text = await metrics.registry.getSingleMetricAsString('baton_http_request_seconds');
    return text.split('\n').filter((line) => line.startsWith('baton_http_request_seconds_'));
  };
  return {
    url,
    ending,
    openCount: async () => (await metrics.openStreams.get()).values[0]?.value,
    counted: async () =>
      (await samples()).filter((line) => line.startsWith('baton_http_request_seconds_count')),
    sum: async () =>
      (await samples()).flatMap((line) => /_sum\{.*\} (\S+)/.exec(line)?.slice(1) ?? []).map(Number),
  };
}

function opened(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, resolve).on('error', reject));
}

it('names routes, never what stands in them', async () => {
  const { url, counted } = await open();
  for (const path of ['/v1/goals/goal_1', '/V1/goals/goal_2', '/v1/goal_3', '/v1/goal_4'])
    await (await fetch(url + path)).text();
  await expect.poll(async () => (await counted()).length).toBe(2);
  expect((await counted()).sort()).toEqual([
    'baton_http_request_seconds_count{method="GET",route="/v1/goals/:goalId",status="200"} 2',
    'baton_http_request_seconds_count{method="GET",route="unmatched",status="404"} 2',
  ]);
});

it('measures a stream until it stays open, and says how many are', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { url, ending, openCount, counted, sum } = await open();
  expect(await openCount()).toBe(0);
  const streams = [
    await opened(`${url}/v1/goals/goal_1/events`),
    await opened(`${url}/v1/goals/goal_2/events`),
  ];
  expect(await openCount()).toBe(2);
  expect(await counted()).toEqual([]);
  vi.advanceTimersByTime(60_000);
  for (const end of ending) end();
  for (const stream of streams) stream.resume();
  await expect.poll(openCount).toBe(0);
  expect(await counted()).toEqual([
    'baton_http_request_seconds_count{method="GET",route="/v1/goals/:goalId/events",status="200"} 2',
  ]);
  const [seconds = 1] = await sum();
  expect(seconds).toBeLessThan(60);
});
