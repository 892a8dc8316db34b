import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import type { GoalEvent } from '@baton/shared/contract/event';
import { BatonError, ConnectionError } from './errors.ts';
import { events, frame, tripEvents } from './testing/sample-goal.ts';
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

const CALL = 'GET /v1/goals/goal_1/events';
const frames = tripEvents.map(frame);
const noContent: Reply = (response) => void response.writeHead(204).end();

function serve(...replies: readonly Reply[]): Promise<StubServer> {
  return startStubServer({ [CALL]: replies });
}

async function collect(
  server: StubServer,
  options: { after?: string; signal?: AbortSignal } = {},
): Promise<GoalEvent[]> {
  const seen: GoalEvent[] = [];
  for await (const event of createClient({ baseUrl: server.url }).goals.events('goal_1', options))
    seen.push(event);
  return seen;
}

function resumedAfter(server: StubServer): unknown[] {
  return server.requests.map(({ headers }) => headers['last-event-id']);
}

describe('events of a goal', () => {
  it('come in order and end after the terminal one, whatever follows it', async () => {
    const server = await serve(
      eventStream(...frames, frame({ ...events([11, 'goal.running'])[0]!, id: '99' })),
    );
    expect(await collect(server)).toEqual(tripEvents);
    expect(server.requests[0]?.headers.accept).toBe('text/event-stream');
  });

  it('go on after the last one seen when the connection is cut, in the middle of one or between two', async () => {
    const half = frames[4]!.slice(0, -8);
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
      problem(503, 'unavailable', 'Redis does not answer now.'),
      (response) => void response.destroy(),
      eventStream(...frames.slice(2)),
    );
    expect(await collect(server)).toEqual(tripEvents);
    expect(resumedAfter(server)).toEqual([undefined, '2', '2', '2']);
  });

  it('start after the event that is named, and end where nothing follows', async () => {
    const server = await serve(noContent);
    expect(await collect(server, { after: '21' })).toEqual([]);
    expect(resumedAfter(server)).toEqual(['21']);
  });

  it('end where a reconnection learns that nothing follows', async () => {
    const server = await serve(eventStream(frames[0]!), noContent);
    expect(await collect(server)).toEqual(tripEvents.slice(0, 1));
  });

  it('skip messages that are no event, such as a heartbeat in words', async () => {
    const server = await serve(eventStream('event: ping\ndata: now\n\n', ...frames));
    expect(await collect(server)).toEqual(tripEvents);
  });

  it('give up when many connections in a row bring nothing', async () => {
    const server = await serve(eventStream(frames[0]!), ...Array.from({ length: 8 }, () => eventStream()));
    await expect(collect(server)).rejects.toThrow(ConnectionError);
    expect(server.requests).toHaveLength(9);
  });

  it('reject at once when the first connection is refused', async () => {
    const server = await serve(problem(503, 'unavailable', 'Redis does not answer now.'));
    await expect(collect(server)).rejects.toThrow(BatonError);
  });

  it('reject when a reconnection is refused for good', async () => {
    const server = await serve(
      eventStream(frames[0]!),
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
      for await (const event of createClient({ baseUrl: server.url }).goals.events('goal_1', aborting)) {
        if (event.id === '2') queueMicrotask(() => aborting.abort(reason));
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('end with the reason of an abort in the pause before a reconnection', async () => {
    const server = await serve(eventStream('retry: 600000\n\n', frames[0]!));
    const aborting = new AbortController();
    const reason = new Error('enough');
    const reading = collect(server, aborting);
    queueMicrotask(function abortOnceCut() {
      if (server.requests.length > 0) setImmediate(() => setImmediate(() => aborting.abort(reason)));
      else setImmediate(abortOnceCut);
    });
    await expect(reading).rejects.toBe(reason);
  });
});
