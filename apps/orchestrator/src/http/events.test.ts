import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WrittenEvent } from '@baton/shared/ledger/event-log';
import { scopes } from '@baton/shared/settings/api-keys';
import { eventRoutes, type GoalEvents } from './events.ts';

const MEGABYTE = 'x'.repeat(1_048_576);

function event(id: number, name: WrittenEvent['event'], text = ''): WrittenEvent {
  return { id: String(id), event: name, data: JSON.stringify({ text }) };
}

/** A server whose one goal has the events that `subscribe` hands out. */
async function serve(subscribe: GoalEvents['subscribe']) {
  const app = express();
  app.use((_request, response, next) => {
    response.locals['caller'] = { tenant: 'default', scopes };
    next();
  });
  const state = async () => ({ ended: false, lastEventId: '100' });
  app.use(eventRoutes({ state, read: async () => [], subscribe }));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new Promise<IncomingMessage>((resolve) => {
    get({ port, host: '127.0.0.1', path: '/goals/goal_1/events' }, resolve);
  });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the stream of events', () => {
  it('gives a reader any number of megabytes at once', async () => {
    const response = await serve((_goalId, _range, onEvent) => {
      for (let id = 1; id <= 8; id += 1) onEvent(event(id, 'output.delta', MEGABYTE), false);
      onEvent(event(9, 'goal.succeeded'), true);
      return () => undefined;
    });
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await new Promise((resolve) => response.once('end', resolve));
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual('123456789'.split(''));
  });

  it('lets go of a reader that takes nothing after the end, and writes no more to it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const unsubscribed = new Promise<void>((resolve) => {
      void serve((_goalId, _range, onEvent) => {
        for (let id = 1; id <= 32; id += 1) onEvent(event(id, 'output.delta', MEGABYTE), false);
        onEvent(event(33, 'goal.succeeded'), true);
        return resolve;
      }).then((response) => response.pause());
    });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.advanceTimersByTimeAsync(60_000);
    await unsubscribed;
    expect(vi.getTimerCount()).toBe(0);
  });
});
