import { get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EventBatch } from '@baton/shared/ledger/event-batch';
import type { WrittenEvent } from '@baton/shared/ledger/event-log';
import { scopes } from '@baton/shared/settings/api-keys';
import type { Follower } from '@baton/shared/ledger/fan-out';
import { createLogger } from '@baton/shared/telemetry/logger';
import { eventRoutes } from './events.ts';
import { problemHandler } from './problem.ts';

const MEGABYTE = 'x'.repeat(1_048_576);

function batchOf(id: number, event: WrittenEvent['event'], text = ''): EventBatch {
  const events = [{ id: String(id), event, data: JSON.stringify({ text }) }];
  return { events, lastId: id, size: text.length, isTerminal: event === 'goal.succeeded' };
}

interface Served {
  readonly server: Server;
  readonly stop: () => void;
  /** The follower of the next stream, when it begins, and what ends when it is let go. */
  readonly followed: () => Promise<{ follower: Follower; left: Promise<void> }>;
  readonly get: (headers?: Record<string, string>, method?: string) => Promise<IncomingMessage>;
}

async function serve(ended = false): Promise<Served> {
  const stopping = new AbortController();
  const follows: { follower: Follower; left: Promise<void> }[] = [];
  let onFollow: () => void = () => undefined;
  const app = express();
  app.use((_request, response, next) => {
    response.locals['caller'] = { tenant: 'default', scopes };
    next();
  });
  app.use(
    eventRoutes({
      state: async () => ({ ended, lastEventId: '100' }),
      read: async () => [],
      follow(_goalId, _range, follower) {
        let leave: () => void = () => undefined;
        const left = new Promise<void>((resolve) => (leave = resolve));
        follows.push({ follower, left });
        onFollow();
        return leave;
      },
      stopping: stopping.signal,
    }),
  );
  app.use(problemHandler(createLogger('test', 'silent')));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    server,
    stop: () => stopping.abort(),
    async followed() {
      if (follows.length === 0) await new Promise<void>((resolve) => (onFollow = resolve));
      const [first] = follows.splice(0, 1);
      if (!first) throw new Error('nobody follows');
      return first;
    },
    get: (headers = {}, method = 'GET') =>
      new Promise((resolve) => {
        get({ port, host: '127.0.0.1', path: '/goals/goal_1/events', headers, method }, resolve);
      }),
  };
}

const textOf = async (response: IncomingMessage): Promise<string> =>
  (await response.setEncoding('utf8').toArray()).join('');

/** Hands over as the feed does: the next one when there is room. */
async function handAll(follower: Follower, batches: readonly EventBatch[]): Promise<void> {
  for (const batch of batches) await follower.onEvents(batch, batch.isTerminal);
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the stream of events', () => {
  it('gives a reader any number of megabytes', async () => {
    const { followed, get: open } = await serve();
    const [{ follower, left }, response] = await Promise.all([followed(), open()]);
    const text = textOf(response);
    const deltas = Array.from({ length: 8 }, (_, index) => batchOf(index + 1, 'output.delta', MEGABYTE));
    await handAll(follower, [...deltas, batchOf(9, 'goal.succeeded')]);
    expect([...(await text).matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual('123456789'.split(''));
    expect(await text).toMatch(/^retry: 2000\n\nid: 1\nevent: output.delta\ndata: {"text":"x/);
    await left;
  });

  it('sends all readers of a goal one text', async () => {
    const { followed, get: open } = await serve();
    const from = vi.spyOn(Buffer, 'from');
    const batch = batchOf(1, 'goal.succeeded', 'sent to many');
    for (let count = 0; count < 3; count += 1) {
      const [{ follower }, response] = await Promise.all([followed(), open()]);
      await follower.onEvents(batch, true);
      expect(await textOf(response)).toContain('sent to many');
    }
    const framed = from.mock.calls.filter(
      ([text]: readonly unknown[]) => typeof text === 'string' && text.includes('sent to many'),
    );
    expect(framed).toHaveLength(1);
    from.mockRestore();
  });

  it('is full while its reader does not read, and holds no more than one batch', async () => {
    const { followed, get: open, server } = await serve();
    const answering = once(server, 'request') as Promise<[unknown, ServerResponse]>;
    const [{ follower }, response] = await Promise.all([followed(), open()]);
    const [, answer] = await answering;
    let mostHeld = 0;
    const hand = async (): Promise<void> => {
      for (let id = 1; id <= 24; id += 1) {
        const room = follower.onEvents(batchOf(id, 'output.delta', MEGABYTE), false);
        mostHeld = Math.max(mostHeld, answer.writableLength);
        await room;
      }
    };
    const all = hand();
    await vi.waitFor(() => expect(answer.writableNeedDrain).toBe(true));
    response.resume();
    await all;
    expect(mostHeld).toBeGreaterThan(MEGABYTE.length);
    expect(mostHeld).toBeLessThan(1.1 * MEGABYTE.length);
  });

  it('lets go of a reader that takes nothing, before the end or after it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const { followed, get: open } = await serve();
    for (const isLast of [false, true]) {
      const [{ follower, left }, response] = await Promise.all([followed(), open()]);
      response.on('error', () => undefined).pause();
      void follower.onEvents(batchOf(1, 'output.delta', MEGABYTE.repeat(8)), false);
      if (isLast) void follower.onEvents(batchOf(2, 'goal.succeeded'), true);
      expect(vi.getTimerCount()).toBe(1);
      const letGo = vi.fn();
      void left.then(letGo);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(letGo).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(10_000);
      await left;
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('says that it is there when nothing happens, with one timer for all', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { followed, get: open } = await serve();
    const readers = [await open(), await open(), await open()];
    const follows = [await followed(), await followed(), await followed()];
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(30_000);
    for (const { follower } of follows) await follower.onEvents(batchOf(1, 'goal.succeeded'), true);
    for (const reader of readers) {
      expect((await textOf(reader)).match(/^: heartbeat$/gm)?.length).toBe(2);
    }
    await Promise.all(follows.map(({ left }) => left));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the goal has been forgotten', async () => {
    const { followed, get: open } = await serve();
    const [{ follower, left }, response] = await Promise.all([followed(), open()]);
    follower.onForgotten?.();
    expect(await textOf(response)).toBe('retry: 2000\n\n');
    await left;
  });

  it('ends in order when the process stops, with its connection, and begins no more', async () => {
    const { followed, get: open, stop, server } = await serve();
    const [{ follower, left }, response] = await Promise.all([
      followed(),
      open({ connection: 'keep-alive' }),
    ]);
    await follower.onEvents(batchOf(1, 'output.delta'), false);
    const closed = new Promise((resolve) => server.close(resolve));
    stop();
    expect(await textOf(response)).toMatch(/\n\n$/);
    expect(response.complete).toBe(true);
    await Promise.all([left, closed]);
  });

  it('answers 204 after the end, and to HEAD with a head alone', async () => {
    const { get: open } = await serve(true);
    expect((await open({ 'last-event-id': '100' })).statusCode).toBe(204);
    expect((await open({ 'last-event-id': '0100' })).statusCode).toBe(204);
    expect((await open({ 'last-event-id': '101' })).statusCode).toBe(400);
    const head = await open({}, 'HEAD');
    expect(head.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(await textOf(head)).toBe('');
  });
});
