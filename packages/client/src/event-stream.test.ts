import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient } from './client.ts';
import type { GoalEvent } from './contract/event.ts';
import { ConnectionError } from './errors.ts';
import { eventAt, frame, tripEvents } from './testing/sample-goal.ts';
import {
  brokenStream,
  eventStream,
  json,
  openStream,
  problem,
  startStubServer,
  type Reply,
  type StubServer,
} from './testing/stub-server.ts';
import { testClient } from './testing/test-client.ts';

const CALL = 'GET /v1/goals/goal_1/events';
const frames = tripEvents.map(frame);
const firstFrame = frames.slice(0, 1).join('');
const unavailable = problem(503, 'unavailable', 'Redis does not answer now.');
const cut: Reply = (response) => void response.destroy();
const noContent: Reply = (response) => void response.writeHead(204).end();

function serve(...replies: readonly Reply[]): Promise<StubServer> {
  return startStubServer({ [CALL]: replies });
}

async function collect(
  server: StubServer,
  options: { lastEventId?: string; signal?: AbortSignal } = {},
): Promise<GoalEvent[]> {
  const seen: GoalEvent[] = [];
  const { client } = testClient({ baseUrl: server.url });
  for await (const event of client.goals.stream('goal_1', options)) seen.push(event);
  return seen;
}

function resumedAfter(server: StubServer): unknown[] {
  return server.requests.map(({ headers }) => headers['last-event-id']);
}

describe('events of a goal', () => {
  it('come in order and end where the server ends them after the terminal one', async () => {
    const server = await serve(eventStream(...frames));
    expect(await collect(server)).toEqual(tripEvents);
    expect(server.requests[0]?.headers.accept).toBe('text/event-stream');
  });

  it('go on after the terminal one of each run of a goal that was retried, but the last', async () => {
    const again = [
      eventAt(60, 'goal.retried', { taskIds: ['prices', 'budget', 'guide'] }, '22'),
      eventAt(60, 'goal.running', {}, '23'),
      eventAt(70, 'goal.failed', {}, '24'),
      eventAt(80, 'goal.retried', { taskIds: ['guide'] }, '25'),
      eventAt(90, 'goal.succeeded', {}, '26'),
    ];
    const server = await serve(
      eventStream(...frames, ...again.slice(0, 2).map(frame)),
      eventStream(...again.slice(2).map(frame)),
    );
    expect(await collect(server)).toEqual([...tripEvents, ...again]);
    expect(resumedAfter(server)).toEqual([undefined, '23']);
  });

  it('end after a terminal one whose connection broke only once the server says that nothing follows', async () => {
    const server = await serve(brokenStream(...frames), noContent);
    expect(await collect(server)).toEqual(tripEvents);
    expect(resumedAfter(server)).toEqual([undefined, '21']);
  });

  it('go on after the last one seen when the connection is cut, in the middle of one or between two', async () => {
    const half = frames.slice(4, 5).join('').slice(0, -8);
    const server = await serve(
      brokenStream(...frames.slice(0, 4), half),
      eventStream(...frames.slice(4, 9)),
      eventStream(...frames.slice(9)),
    );
    expect(await collect(server)).toEqual(tripEvents);
    expect(resumedAfter(server)).toEqual([undefined, '4', '9']);
  });

  it('go on after a server that can not take the connection for a while', async () => {
    const server = await serve(
      eventStream(...frames.slice(0, 2)),
      unavailable,
      cut,
      eventStream(...frames.slice(2)),
    );
    expect(await collect(server)).toEqual(tripEvents);
    expect(resumedAfter(server)).toEqual([undefined, '2', '2', '2']);
  });

  it('start after the event that is named, and end where nothing follows', async () => {
    const server = await serve(noContent);
    expect(await collect(server, { lastEventId: '21' })).toEqual([]);
    expect(resumedAfter(server)).toEqual(['21']);
  });

  it('end where a reconnection learns that nothing follows', async () => {
    const server = await serve(eventStream(firstFrame), noContent);
    expect(await collect(server)).toEqual(tripEvents.slice(0, 1));
  });

  it('skip messages that are no event, such as a heartbeat in words', async () => {
    const server = await serve(eventStream('event: ping\ndata: now\n\n', ...frames));
    expect(await collect(server)).toEqual(tripEvents);
  });

  it('go on through any number of cuts as long as each connection brings something', async () => {
    const server = await serve(...frames.map((text) => brokenStream(text)), noContent);
    expect(await collect(server)).toEqual(tripEvents);
    expect(server.requests).toHaveLength(frames.length + 1);
  });

  it('give up when many connections in a row bring nothing', async () => {
    const server = await serve(eventStream(firstFrame), ...Array.from({ length: 8 }, () => eventStream()));
    await expect(collect(server)).rejects.toThrow(ConnectionError);
    expect(server.requests).toHaveLength(9);
  });

  it('reject at once when the first connection is refused for good', async () => {
    const server = await serve(problem(404, 'not_found', 'There is no goal goal_1.'));
    await expect(collect(server)).rejects.toMatchObject({ name: 'BatonError', status: 404 });
  });

  it('begin when a server that is restarted takes connections again', async () => {
    const server = await serve(unavailable, cut, unavailable, eventStream(...frames));
    expect(await collect(server)).toEqual(tripEvents);
  });

  it('reject when the first connection is refused as often as any call is tried', async () => {
    const server = await serve(...Array.from({ length: 9 }, () => unavailable));
    await expect(collect(server)).rejects.toMatchObject({ name: 'BatonError', status: 503 });
    expect(server.requests).toHaveLength(5);
  });

  it('reject every failure where nothing is to be tried again', async () => {
    const server = await serve(unavailable, brokenStream(firstFrame));
    const { goals } = testClient({ baseUrl: server.url, maxRetries: 0 }).client;
    await expect(goals.stream('goal_1').next()).rejects.toMatchObject({ status: 503 });
    const events = goals.stream('goal_1');
    expect(await events.next()).toEqual({ done: false, value: tripEvents[0] });
    await expect(events.next()).rejects.toMatchObject({ name: 'ConnectionError', failure: 'unreachable' });
  });

  it('come once, although a server or something before it begins anew each time', async () => {
    const server = await serve(
      brokenStream(...frames.slice(0, 3)),
      brokenStream(...frames.slice(0, 7)),
      brokenStream(...frames.slice(2, 5)),
      eventStream(...frames),
    );
    expect(await collect(server)).toEqual(tripEvents);
    expect(resumedAfter(server)).toEqual([undefined, '3', '7', '7']);
  });

  it('that are all repeated count as nothing brought', async () => {
    const server = await serve(...Array.from({ length: 12 }, () => eventStream(firstFrame)));
    await expect(collect(server)).rejects.toThrow(ConnectionError);
    expect(server.requests).toHaveLength(9);
  });

  it('wait before a reconnection as long as the stream or a refusal says, longer each time', async () => {
    const limited = json(429, {}, { 'retry-after': '20' });
    const begin = `retry: 2000\n\n${firstFrame}`;
    const server = await serve(brokenStream(begin), limited, cut, cut, cut, cut, eventStream(...frames));
    const { client, clock } = testClient({ baseUrl: server.url });
    for await (const _ of client.goals.stream('goal_1'));
    expect(clock.pauses).toEqual([1_000, 20_000, 4_000, 7_500, 7_500, 7_500]);
  });

  it('wait for a server that does not answer the connection no longer than for any', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const silent = (): Promise<Response> => new Promise(() => undefined);
    const { client } = testClient({ baseUrl: 'http://127.0.0.1', fetch: silent, maxRetries: 0 });
    const next = expect(client.goals.stream('goal_1').next()).rejects.toThrow(
      'it did not answer within 60 s',
    );
    await vi.advanceTimersByTimeAsync(60_000);
    await next;
  });

  it('reject when a reconnection is refused for good', async () => {
    const server = await serve(
      eventStream(firstFrame),
      problem(404, 'not_found', 'There is no goal goal_1.'),
    );
    await expect(collect(server)).rejects.toMatchObject({ name: 'BatonError', status: 404 });
  });

  it.each([
    ['a reply of another type', json(200, { items: [] })],
    ['data that are not JSON', eventStream('id: 1\nevent: goal.accepted\ndata: <html>\n\n')],
  ])('reject %s as not being from Baton', async (_, reply) => {
    const server = await serve(reply);
    await expect(collect(server)).rejects.toMatchObject({ name: 'ConnectionError', failure: 'not_baton' });
  });

  it('end with the reason of an abort while they wait for the next one', async () => {
    const server = await serve(openStream(...frames.slice(0, 2)));
    const aborting = new AbortController();
    const reason = new Error('enough');
    const reading = (async () => {
      for await (const event of createClient({ baseUrl: server.url }).goals.stream('goal_1', aborting)) {
        if (event.id === '2') queueMicrotask(() => aborting.abort(reason));
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('end with the reason of an abort in the pause before a reconnection, and leave no timer behind', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const body = `retry: 600000\n\n${firstFrame}`;
    const answer = (): Promise<Response> =>
      Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    const aborting = new AbortController();
    const reason = new Error('enough');
    const { goals } = createClient({ baseUrl: 'http://127.0.0.1', fetch: answer });
    const reading = goals.stream('goal_1', aborting);
    await reading.next();
    const next = reading.next();
    await vi.waitUntil(() => vi.getTimerCount() === 1);
    aborting.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});
