import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { countStreams, holdStream, openStreams, type OpenStreams } from './open-streams.ts';
import { problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';

describe('places for streams', () => {
  it('are counted by key, and freed once however often that is asked', () => {
    const streams = openStreams(2);
    const [first] = [streams.take({ keyId: 'a' }), streams.take({ keyId: 'a' })];
    expect(streams.take({ keyId: 'a' })).toBeNull();
    expect(streams.take({ keyId: 'b' })).not.toBeNull();
    first?.();
    first?.();
    expect(streams.take({ keyId: 'a' })).not.toBeNull();
    expect(streams.take({ keyId: 'a' })).toBeNull();
  });
});

function appWith(streams: OpenStreams, route: RequestHandler): Promise<string> {
  const app = express();
  app.use((request, response, next) => {
    response.locals['caller'] = { tenant: 'default', scopes: [], keyId: request.get('x-key') ?? 'a' };
    next();
  });
  app.use(countStreams(streams));
  app.get('/', route);
  app.use(problemHandler(createLogger('test', 'silent')));
  return serve(app);
}

const streaming: RequestHandler = (_request, response) => {
  holdStream(response);
  response.write('.');
};

function opened(url: string): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve) => {
    const request = get(url, (response) => resolve({ request, response }));
    request.on('error', () => undefined);
  });
}

/** Takes the place that is free, and gives it back. */
function isFree(streams: OpenStreams): boolean {
  const release = streams.take({ keyId: 'a' });
  release?.();
  return release !== null;
}

describe('a reply that stays open', () => {
  it('is refused with 429 when its key has as many as it may', async () => {
    const url = await appWith(openStreams(1), streaming);
    await opened(url);
    const refused = await fetch(url);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ type: 'urn:baton:problem:too_many_streams' });
    expect((await fetch(url, { headers: { 'x-key': 'b' } })).status).toBe(200);
  });

  const ways: [string, RequestHandler, 'leave' | 'stay'][] = [
    ['its reader goes', streaming, 'leave'],
    [
      'it ends',
      (_request, response) => {
        holdStream(response);
        response.end('.');
      },
      'stay',
    ],
    [
      'it is broken off',
      (_request, response) => {
        holdStream(response);
        response.write('.', () => response.destroy());
      },
      'stay',
    ],
    [
      'its route fails',
      async (_request, response) => {
        holdStream(response);
        await Promise.reject(new Error('a fault'));
      },
      'stay',
    ],
  ];
  it.each(ways)('frees its place when %s', async (_way, route, then) => {
    const streams = openStreams(1);
    const { request, response } = await opened(await appWith(streams, route));
    response.on('error', () => undefined).resume();
    if (then === 'leave') request.destroy();
    await vi.waitFor(() => expect(isFree(streams)).toBe(true));
  });

  it('takes no place when its reader has gone before', async () => {
    const streams = openStreams(1);
    let held = false;
    const url = await appWith(streams, (_request, response) => {
      response.once('close', () => {
        holdStream(response);
        held = true;
      });
      response.flushHeaders();
    });
    (await opened(url)).request.destroy();
    await vi.waitFor(() => expect(held).toBe(true));
    expect(isFree(streams)).toBe(true);
  });
});
