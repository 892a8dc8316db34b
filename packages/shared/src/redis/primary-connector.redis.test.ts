import { Redis } from 'ioredis';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type { HostPort } from '../settings/redis-address.ts';
import { primaryConnector, type AskGuide, type View } from './primary-connector.ts';

const given: readonly HostPort[] = ['one', 'two', 'three'].map((host) => ({ host, port: 26_379 }));
const open = { username: undefined, password: undefined, tls: false };

/** The test run's Redis, as guides would name it. */
function view(): View {
  const { hostname, port } = new URL(inject('redisUrl'));
  return { primary: { host: hostname, port: Number(port || 6_379) }, guides: [] };
}

/** Connections of one process, which may take as many as the test wants. */
function connectBy(askGuide: AskGuide): () => Redis {
  const Connector = primaryConnector(given, askGuide, open);
  return () => {
    const redis = new Redis({ Connector, maxRetriesPerRequest: null, retryStrategy: () => 10 });
    redis.on('error', () => undefined);
    onTestFinished(() => redis.disconnect());
    return redis;
  };
}

/** A guide that answers when it is told to. */
function slowGuide(): { readonly asked: string[]; readonly ask: AskGuide; answer(): void } {
  const asked: string[] = [];
  let answer = (): void => undefined;
  const told = new Promise<void>((resolve) => (answer = resolve));
  return {
    asked,
    ask: async ({ host }) => {
      asked.push(host);
      await told;
      return view();
    },
    answer: () => answer(),
  };
}

describe('a connection that looks for its server', () => {
  it('looks again when it is told to reconnect meanwhile', async () => {
    const guide = slowGuide();
    const redis = connectBy(guide.ask)();
    const pong = redis.ping();
    redis.disconnect(true);
    guide.answer();
    expect(await pong).toBe('PONG');
  });

  it('ends when it is closed meanwhile, and what it was asked with it', async () => {
    const guide = slowGuide();
    const redis = connectBy(guide.ask)();
    const pong = redis.ping();
    redis.disconnect();
    guide.answer();
    await expect(pong).rejects.toThrow('Connection is closed');
    expect(redis.status).toBe('end');
  });

  it('can be opened again after that, and is kept', async () => {
    const guide = slowGuide();
    const redis = connectBy(guide.ask)();
    redis.disconnect();
    guide.answer();
    await expect.poll(() => redis.status).toBe('end');
    await redis.connect();
    const client = await redis.client('ID');
    redis.stream.destroy();
    expect(await redis.client('ID')).not.toBe(client);
  });

  it('goes on when a guide names what is no place, and asks another', async () => {
    const asked: string[] = [];
    const redis = connectBy(async ({ host }) => {
      asked.push(host);
      return asked.length === 1 ? { ...view(), primary: { host: '127.0.0.1', port: 70_000 } } : view();
    })();
    expect(await redis.ping()).toBe('PONG');
    expect(new Set(asked).size).toBe(2);
  });
});

describe('many connections', () => {
  it('share one question when they look at the same time', async () => {
    const guide = slowGuide();
    const connection = connectBy(guide.ask);
    const all = Array.from({ length: 20 }, () => connection());
    const pongs = all.map((redis) => redis.ping());
    guide.answer();
    expect(await Promise.all(pongs)).toEqual(all.map(() => 'PONG'));
    expect(guide.asked).toHaveLength(1);
  });

  it('are led by another guide each time, though guides name others in an order of their own', async () => {
    const others = ['a', 'b'].map((host) => ({ host, port: 1 }));
    const asked: string[] = [];
    const connection = connectBy(async ({ host }) => {
      asked.push(host);
      return { ...view(), guides: asked.length % 2 === 0 ? others : others.toReversed() };
    });
    for (let turn = 0; turn < 12; turn += 1) await connection().ping();
    expect(asked.filter((host, at) => host === asked[at - 1])).toEqual([]);
  });
});
