import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  tracedHere,
  type TracedHere,
} from '../../../../packages/shared/src/telemetry/testing/traced-here.ts';
import { activeIds } from '@baton/shared/telemetry/tracing';
import { serve } from './testing/serve.ts';
import { traceRequests } from './traced-requests.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

let traced: TracedHere;
beforeEach(() => {
  traced = tracedHere();
});
afterEach(() => traced.close());

function appUrl(): Promise<string> {
  const app = express();
  const routes = express.Router();
  routes.post('/goals/:goalId', (_request, response) => void response.status(202).json(activeIds()));
  // Its client leaves meanwhile.
  routes.post('/left', (request) => void request.socket.destroy());
  routes.get('/goals', (_request, response) => void response.json(activeIds()));
  routes.post('/broken', (_request, response) => void response.status(503).end());
  app.use('/v1', traceRequests, express.json(), routes);
  return serve(app);
}

const post = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' });

/** A span ends when its connection says that the reply is over. */
const spans = (count: number) =>
  expect
    .poll(() => traced.spans().length)
    .toBe(count)
    .then(() => traced.spans());

describe('a request', () => {
  it('is a span of the trace that it names, also where its body was waited for', async () => {
    const response = await post(`${await appUrl()}/v1/goals/goal_1?key=canary`, { traceparent });
    const [span] = await spans(1);
    expect(span).toMatchObject({
      name: 'POST /v1/goals/:goalId',
      kind: 'server',
      traceId: 'a'.repeat(32),
      parentId: 'b'.repeat(16),
      isFailed: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/goals/:goalId',
        'http.response.status_code': 202,
      },
    });
    expect(await response.json()).toEqual({ traceId: span?.traceId, spanId: span?.id });
    expect(response.headers.get('traceresponse')).toBe(`00-${span?.traceId}-${span?.id}-01`);
    expect(JSON.stringify(span)).not.toContain('canary');
  });

  it('begins a trace where it names none, or something that is none', async () => {
    const url = await appUrl();
    for (const headers of [
      {},
      { traceparent: 'nonsense' },
      { traceparent: `${traceparent}, ${traceparent}` },
    ])
      await post(`${url}/v1/goals/goal_1`, headers);
    const all = await spans(3);
    expect(all.map(({ parentId }) => parentId)).toEqual([null, null, null]);
    expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(3);
  });

  it('that only reads begins none, and goes on with one', async () => {
    const url = `${await appUrl()}/v1/goals`;
    const plain = await fetch(url);
    expect(await plain.json()).toBeNull();
    expect(plain.headers.get('traceresponse')).toBeNull();
    await fetch(url, { headers: { traceparent } });
    expect(await spans(1)).toMatchObject([{ name: 'GET /v1/goals', parentId: 'b'.repeat(16) }]);
  });

  it('has failed when the server has', async () => {
    const url = await appUrl();
    await post(`${url}/v1/broken`);
    await post(`${url}/v1/nowhere`);
    expect(await spans(2)).toMatchObject([
      { name: 'POST /v1/broken', isFailed: true, attributes: { 'error.type': '503' } },
      { name: 'POST', isFailed: false, attributes: { 'http.response.status_code': 404 } },
    ]);
  });

  it('whose client left before the answer has no status', async () => {
    await expect(post(`${await appUrl()}/v1/left`)).rejects.toThrow('fetch failed');
    const [span] = await spans(1);
    expect(span).toMatchObject({ name: 'POST /v1/left', isFailed: false });
    expect(span?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('that is not sampled is answered like any other', async () => {
    const response = await post(`${await appUrl()}/v1/goals/goal_1`, {
      traceparent: traceparent.replace(/01$/, '00'),
    });
    expect(response.status).toBe(202);
    expect(traced.spans()).toEqual([]);
  });
});
