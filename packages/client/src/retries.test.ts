/** Servers and networks at their worst. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BatonClient } from './api.ts';
import { createClient } from './client.ts';
import type { ConnectionSettings } from './settings.ts';
import { tripGoal } from './testing/sample-goal.ts';
import { json, problem, startStubServer, type Reply, type StubServer } from './testing/stub-server.ts';
import { testClient } from './testing/test-client.ts';

const CREATE = 'POST /v1/goals';
const accepted = json(202, tripGoal);
const unavailable = problem(503, 'unavailable', 'Redis does not answer now.');
const cut: Reply = (response) => void response.destroy();
/** The reply begins, and the connection is gone. */
const cutMidReply: Reply = (response) => {
  const body = JSON.stringify(tripGoal);
  response.writeHead(202, { 'content-type': 'application/json', 'content-length': body.length });
  response.write(body.slice(0, 40), () => response.destroy());
};
const silent: Reply = () => undefined;

function limited(retryAfter: string): Reply {
  return (response) => {
    const body = { type: 'urn:baton:problem:rate_limited', title: 'Slow', status: 429, detail: 'Slow down.' };
    response.writeHead(429, { 'retry-after': retryAfter }).end(JSON.stringify(body));
  };
}

function keysOf(server: StubServer): Set<unknown> {
  return new Set(server.requests.map(({ headers }) => headers['idempotency-key']));
}

function start(replies: Record<string, Reply[]>, settings: Partial<ConnectionSettings> = {}) {
  return startStubServer(replies).then((server) => ({
    server,
    ...testClient({ baseUrl: server.url, ...settings }),
  }));
}

describe('a creation', () => {
  it('is sent again under one key and with one body until it is answered', async () => {
    const { server, client, clock } = await start({ [CREATE]: [unavailable, cut, cutMidReply, accepted] });
    const request = { goal: 'Plan a trip', labels: { team: 'a' } };
    const creating = client.goals.create(request);
    request.labels.team = 'changed meanwhile';
    expect(await creating).toEqual(tripGoal);
    expect(server.requests).toHaveLength(4);
    expect([...keysOf(server)]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(new Set(server.requests.map(({ body }) => body))).toEqual(
      new Set(['{"goal":"Plan a trip","labels":{"team":"a"}}']),
    );
    expect(clock.pauses).toEqual([250, 500, 1_000]);
  });

  it('has another key each time, or the given one', async () => {
    const { server, client } = await start({ [CREATE]: [accepted, accepted, cut, accepted] });
    await client.goals.create({ goal: 'a' });
    await client.goals.create({ goal: 'a' });
    expect(keysOf(server).size).toBe(2);
    await client.goals.create({ goal: 'a' }, { idempotencyKey: 'order-7' });
    expect(server.requests.slice(2).map(({ headers }) => headers['idempotency-key'])).toEqual([
      'order-7',
      'order-7',
    ]);
  });

  it('of many goals is sent again under one key as well', async () => {
    const item = { index: 0, status: 202, goal: tripGoal, problem: null };
    const { server, client } = await start({
      'POST /v1/goals/batch': [unavailable, json(207, { items: [item] })],
    });
    expect(await client.goals.createBatch([{ goal: 'a' }])).toEqual([item]);
    expect(keysOf(server).size).toBe(1);
    expect(server.requests[1]?.body).toBe('{"goals":[{"goal":"a"}]}');
  });

  it('asks for a wait in whole seconds', async () => {
    const { server, client } = await start({ [CREATE]: [accepted, accepted] });
    await client.goals.create({ goal: 'a' }, { waitSeconds: 2.5 });
    await client.goals.create({ goal: 'a' });
    expect(server.requests.map(({ headers }) => headers['prefer'])).toEqual(['wait=3', undefined]);
  });

  it.each([
    [400, 'invalid_request'],
    [422, 'idempotency_mismatch'],
    [409, 'conflict'],
  ])('that is refused with %d is not sent again', async (status, type) => {
    const { server, client } = await start({ [CREATE]: [problem(status, type, 'No.')] });
    await expect(client.goals.create({ goal: 'a' })).rejects.toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  it('that can not be sent at all says so, without trying', async () => {
    const { server, client, clock } = await start({});
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    await expect(client.goals.create({ goal: 'a', context: circle })).rejects.toThrow(TypeError);
    await expect(client.goals.create({ goal: 'a' }, { idempotencyKey: 'a\nb' })).rejects.toThrow(TypeError);
    expect([server.requests, clock.pauses]).toEqual([[], []]);
  });
});

describe('retries', () => {
  it('wait as long as the server wishes, in seconds or until a time, and a minute at the most', async () => {
    const inFive: Reply = (response, request) => {
      const now = Date.parse('2026-07-01T12:00:00Z');
      response.setHeader('date', new Date(now).toUTCString());
      limited(new Date(now + 5_000).toUTCString())(response, request);
    };
    const { client, clock } = await start({
      'GET /v1/stats': [limited('3'), inFive, limited('3600'), json(200, { workerTypes: [] })],
    });
    await client.stats.get();
    expect(clock.pauses).toEqual([3_000, 5_000, 60_000]);
  });

  it('end after four, or as many as are given, with the last failure', async () => {
    const { server, client, clock } = await start({
      'GET /v1/goals': Array.from({ length: 9 }, () => unavailable),
    });
    await expect(client.goals.list()).rejects.toMatchObject({ status: 503 });
    expect(clock.pauses).toEqual([250, 500, 1_000, 2_000]);
    const once = testClient({ baseUrl: server.url, maxRetries: 1 });
    await expect(once.client.goals.list()).rejects.toMatchObject({ status: 503 });
    expect(once.clock.pauses).toHaveLength(1);
    const never = testClient({ baseUrl: server.url, maxRetries: 0 });
    await expect(never.client.goals.list()).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(5 + 2 + 1);
  });

  it('end at once when aborted in a pause', async () => {
    const { server, client, clock } = await start({ 'GET /v1/goals': [unavailable] });
    const aborting = new AbortController();
    clock.onPause = () => aborting.abort(new Error('enough'));
    await expect(client.goals.list({}, aborting)).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
  });

  it('leave no timer behind when aborted in a pause', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const busy = (): Promise<Response> =>
      Promise.resolve(new Response('', { status: 503, headers: { 'retry-after': '60' } }));
    const aborting = new AbortController();
    const listing = createClient({ baseUrl: 'http://127.0.0.1', fetch: busy }).goals.list({}, aborting);
    const refused = expect(listing).rejects.toBe('enough');
    await vi.advanceTimersByTimeAsync(59_000);
    expect(vi.getTimerCount()).toBe(1);
    aborting.abort('enough');
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('go on after a server that does not answer in time', async () => {
    const fetch = vi
      .fn<typeof globalThis.fetch>()
      .mockReturnValueOnce(new Promise(() => undefined))
      .mockResolvedValueOnce(new Response(JSON.stringify(tripGoal)));
    const { client } = testClient({ baseUrl: 'http://127.0.0.1', fetch });
    expect(await client.goals.get('goal_1', { timeoutMs: 50 })).toEqual(tripGoal);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('say in the end that the server did not answer', async () => {
    const { client } = await start({ 'GET /v1/goals/goal_1': [silent] }, { maxRetries: 0 });
    await expect(client.goals.get('goal_1', { timeoutMs: 50 })).rejects.toMatchObject({
      name: 'ConnectionError',
      failure: 'unreachable',
      message: expect.stringContaining('it did not answer within 0.05 s'),
    });
  });

  it('do not come after an abort of a call that is never answered', async () => {
    const aborting = new AbortController();
    const abortOnArrival: Reply = () => aborting.abort(new Error('enough'));
    const { server, client, clock } = await start({ [CREATE]: [abortOnArrival] });
    await expect(client.goals.create({ goal: 'a' }, aborting)).rejects.toThrow('enough');
    expect([server.requests.length, clock.pauses]).toEqual([1, []]);
  });

  it.each([
    ['a page that is not there', 404, '<html>not here</html>'],
    ['a page in place of a goal', 200, '<html>welcome</html>'],
    ['a list in place of a goal', 200, '[]'],
  ])('are not tried on %s', async (_, status, body) => {
    const reply: Reply = (response) => void response.writeHead(status).end(body);
    const { server, client } = await start({ [CREATE]: [reply] });
    await expect(client.goals.create({ goal: 'a' })).rejects.toMatchObject({ failure: 'not_baton' });
    expect(server.requests).toHaveLength(1);
  });

  it('go on where a proxy refuses in passing, in words of its own', async () => {
    const busy: Reply = (response) =>
      void response.writeHead(429, { 'retry-after': '2' }).end('<html>busy</html>');
    const { client, clock } = await start({ 'GET /v1/goals/goal_1': [busy, json(200, tripGoal)] });
    await client.goals.get('goal_1');
    expect(clock.pauses).toEqual([2_000]);
  });
});

type Act = (client: BatonClient) => Promise<unknown>;
const acts: readonly (readonly [string, string, Act])[] = [
  ['retry', '/goals/goal_1/retry', ({ goals }) => goals.retry('goal_1')],
  ['approve', '/goals/goal_1/approve', ({ goals }) => goals.approve('goal_1')],
  ['feedback', '/goals/goal_1/feedback', ({ goals }) => goals.feedback('goal_1', { score: 1 })],
  ['plans.create', '/plans', ({ plans }) => plans.create({ goal: 'a' })],
];

describe.each(acts)('%s, which would do more when sent twice,', (_, path, act) => {
  const call = `POST /v1${path}`;

  it.each([
    ['a lost reply', cut],
    ['half a reply', cutMidReply],
    ['a server in trouble', unavailable],
  ])('is not sent again after %s', async (__, reply) => {
    const { server, client } = await start({ [call]: [reply] });
    await expect(act(client)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  it('is sent again when it surely was not heard', async () => {
    const { server, client, clock } = await start({ [call]: [limited('1'), accepted] });
    await act(client);
    expect([server.requests.length, clock.pauses]).toEqual([2, [1_000]]);
  });
});
