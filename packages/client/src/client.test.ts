import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { frame, tripEvents, tripGoal } from './testing/sample-goal.ts';
import {
  eventStream,
  json,
  openStream,
  problem,
  startStubServer,
  type Reply,
} from './testing/stub-server.ts';

const running = { ...tripGoal, status: 'running' as const, finishedAt: null, output: null };

describe('the client', () => {
  it('sends a goal as JSON with its key, below any path of the address', async () => {
    const server = await startStubServer({ 'POST /baton/v1/goals': [json(202, running)] });
    const client = createClient({ baseUrl: `${server.url}/baton`, apiKey: 'k-1' });
    expect(await client.goals.create({ goal: 'Plan a trip', labels: { team: 'growth' } })).toEqual(running);
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer k-1',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({ goal: 'Plan a trip', labels: { team: 'growth' } });
  });

  it('reads, lists, cancels, retries and takes the answer', async () => {
    const page = { items: [], nextCursor: 'abc' };
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [json(200, tripGoal)],
      'GET /v1/goals': [json(200, page)],
      'GET /v1/goals?status=running&limit=5&cursor=x%3D&label.team=a+b': [json(200, page)],
      'POST /v1/goals/goal_1/cancel': [json(202, { ...tripGoal, status: 'cancelled' })],
      'POST /v1/goals/goal_1/retry': [json(202, running)],
      'GET /v1/goals/goal_1/output': [
        (response) => void response.writeHead(200, { 'content-type': 'text/markdown' }).end('# Kyoto'),
      ],
      'GET /v1/worker-types': [json(200, { items: [{ type: 'writer' }] })],
    });
    const { goals, workerTypes } = createClient({ baseUrl: server.url });
    expect(await goals.get('goal_1')).toEqual(tripGoal);
    expect(await goals.list()).toEqual(page);
    expect(await goals.list({ status: 'running', limit: 5, cursor: 'x=', labels: { team: 'a b' } })).toEqual(
      page,
    );
    expect(await goals.cancel('goal_1')).toMatchObject({ status: 'cancelled' });
    expect(await goals.retry('goal_1')).toEqual(running);
    expect(await goals.output('goal_1')).toBe('# Kyoto');
    expect(await workerTypes.list()).toEqual([{ type: 'writer' }]);
    expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('decides on plans, takes feedback, makes plans and reads the rest', async () => {
    const check = { valid: false, violations: [] };
    const dryRun = { mode: 'direct', analysis: '', tasks: [], answer: '42', simulated: true, usage: {} };
    const server = await startStubServer({
      'POST /v1/goals/goal_1/approve': [json(202, running), json(202, running)],
      'POST /v1/goals/goal_1/reject': [json(202, tripGoal)],
      'POST /v1/goals/goal_1/feedback': [json(202, tripGoal)],
      'GET /v1/goals/goal_1/deliveries': [json(200, { items: [{ id: 'msg_1' }] })],
      'POST /v1/plans': [json(200, dryRun)],
      'POST /v1/plans/validate': [json(200, check)],
      'GET /v1/recipes': [json(200, { items: [{ name: 'report' }] })],
      'GET /v1/stats': [json(200, { workerTypes: [] })],
    });
    const { goals, plans, recipes, stats } = createClient({ baseUrl: server.url });
    const plan = { tasks: [{ id: 'a', worker: 'writer', description: 'Write.' }] };
    expect(await goals.approve('goal_1')).toEqual(running);
    await goals.approve('goal_1', { plan });
    await goals.reject('goal_1', { reason: 'Too long.' });
    await goals.feedback('goal_1', { score: 0.5, comment: 'Half.' });
    expect(await goals.deliveries('goal_1')).toEqual([{ id: 'msg_1' }]);
    expect(await plans.create({ goal: 'a' })).toEqual(dryRun);
    expect(await plans.validate(plan, { maxTasks: 3 })).toEqual(check);
    expect(await recipes.list()).toEqual([{ name: 'report' }]);
    expect(await stats.get()).toEqual({ workerTypes: [] });
    expect(server.requests.filter(({ body }) => body !== '').map(({ body }) => JSON.parse(body))).toEqual([
      {},
      { plan },
      { reason: 'Too long.' },
      { score: 0.5, comment: 'Half.' },
      { goal: 'a' },
      { plan, options: { maxTasks: 3 } },
    ]);
  });

  it('escapes an id, so that it can not lead elsewhere', async () => {
    const server = await startStubServer({ 'GET /v1/goals/..%2Fworker-types': [json(200, tripGoal)] });
    await createClient({ baseUrl: server.url }).goals.get('../worker-types');
    expect(server.requests).toHaveLength(1);
  });

  it('waits for the end of a goal and reads it then', async () => {
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [json(200, running), json(200, tripGoal)],
      'GET /v1/goals/goal_1/events': [eventStream(...tripEvents.map(frame))],
    });
    expect(await createClient({ baseUrl: server.url }).goals.wait('goal_1')).toEqual(tripGoal);
  });

  it('waits on when the goal was set going again right after its end', async () => {
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [json(200, running), json(200, running), json(200, tripGoal)],
      'GET /v1/goals/goal_1/events': [
        eventStream(...tripEvents.map(frame)),
        eventStream(...tripEvents.map(frame)),
      ],
    });
    expect(await createClient({ baseUrl: server.url }).goals.wait('goal_1')).toEqual(tripGoal);
  });

  it('does not take a page for the answer', async () => {
    const page: Reply = (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    const server = await startStubServer({ 'GET /v1/goals/goal_1/output': [page] });
    await expect(createClient({ baseUrl: server.url }).goals.output('goal_1')).rejects.toMatchObject({
      failure: 'not_baton',
    });
  });

  it('does not ask for the events of a goal that has ended', async () => {
    const server = await startStubServer({ 'GET /v1/goals/goal_1': [json(200, tripGoal)] });
    expect(await createClient({ baseUrl: server.url }).goals.wait('goal_1')).toEqual(tripGoal);
    expect(server.requests).toHaveLength(1);
  });

  it('gives a refusal all that the problem says', async () => {
    const errors = [{ path: 'goal', message: 'must not be empty' }];
    const refuse = problem(400, 'invalid_request', 'goal: must not be empty', { errors });
    const server = await startStubServer({ 'POST /v1/goals': [refuse] });
    await expect(createClient({ baseUrl: server.url }).goals.create({ goal: '' })).rejects.toMatchObject({
      name: 'BatonError',
      type: 'urn:baton:problem:invalid_request',
      status: 400,
      title: 'Refused',
      detail: 'goal: must not be empty',
      message: 'goal: must not be empty',
      errors,
      retryAfterMs: null,
    });
  });

  it('reads when to come back, and what a proxy says in place of Baton', async () => {
    const server = await startStubServer({
      'GET /v1/goals': [
        (response) => void response.writeHead(502, { 'retry-after': '7' }).end('<html>bad gateway</html>'),
        (response) => void response.writeHead(404).end('<html>not here</html>'),
        (response) => void response.writeHead(200).end('<html>welcome</html>'),
      ],
    });
    const { goals } = createClient({ baseUrl: server.url, maxRetries: 0 });
    await expect(goals.list()).rejects.toMatchObject({
      name: 'BatonError',
      type: 'about:blank',
      status: 502,
      retryAfterMs: 7_000,
    });
    await expect(goals.list()).rejects.toMatchObject({ name: 'ConnectionError', failure: 'not_baton' });
    await expect(goals.list()).rejects.toMatchObject({ name: 'ConnectionError', failure: 'not_baton' });
  });

  it('says where nobody is', async () => {
    const refuse = (): Promise<Response> =>
      Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
      );
    await expect(
      createClient({ baseUrl: 'http://10.0.0.1:3000/', fetch: refuse, maxRetries: 0 }).goals.list(),
    ).rejects.toMatchObject({
      name: 'ConnectionError',
      failure: 'unreachable',
      address: 'http://10.0.0.1:3000',
      code: 'ECONNREFUSED',
      message:
        'Can not reach Baton at http://10.0.0.1:3000: nothing listens there (ECONNREFUSED). Check that it is running and that the address is right.',
    });
  });

  it('rejects with the reason of an abort', async () => {
    const server = await startStubServer({ 'GET /v1/goals': [openStream()] });
    const reason = new Error('enough');
    const aborting = new AbortController();
    const listing = createClient({ baseUrl: server.url }).goals.list({}, aborting);
    aborting.abort(reason);
    await expect(listing).rejects.toBe(reason);
  });

  it.each([
    ['baseUrl', { baseUrl: '127.0.0.1:3000' }],
    ['baseUrl', { baseUrl: 'ftp://127.0.0.1' }],
    ['baseUrl', { baseUrl: 'http://me:secret@127.0.0.1' }],
    ['apiKey', { baseUrl: 'http://127.0.0.1', apiKey: 'two words' }],
    ['maxRetries', { baseUrl: 'http://127.0.0.1', maxRetries: -1 }],
    ['maxRetries', { baseUrl: 'http://127.0.0.1', maxRetries: 1.5 }],
  ])('refuses a wrong %s without repeating a secret', (setting, settings) => {
    expect(() => createClient(settings)).toThrow(expect.objectContaining({ name: 'SettingError', setting }));
    expect(() => createClient(settings)).not.toThrow(/secret|two words/);
  });
});
