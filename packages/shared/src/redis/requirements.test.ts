import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SetupError } from '../settings/setup-error.ts';
import type { Ack } from './durability.ts';
import { requireFitRedis } from './requirements.ts';

const says = (facts: object): Redis => {
  const lines = Object.entries(facts).map(([name, value]) => `${name}:${String(value)}`);
  return answering(async () => `# Server\r\n${lines.join('\r\n')}\r\n`);
};
const answering = (info: () => Promise<unknown>): Redis =>
  Object.assign(new EventEmitter(), { info }) as unknown as Redis;
const sound = { redis_version: '7.4.2', maxmemory_policy: 'noeviction', aof_enabled: 1 };

const { signal } = new AbortController();

describe('a Redis that is fit', () => {
  it.each<[string, object, Ack]>([
    ['is new enough and evicts nothing', { ...sound, redis_version: '6.2.0', aof_enabled: 0 }, 'memory'],
    ['does not tell its policy', { redis_version: '7.0.15' }, 'memory'],
    ['may have no replica yet', { ...sound, connected_slaves: 0 }, 'replica'],
    ['can confirm its disk', sound, 'disk'],
    ['can confirm its disk, as the first that could', { ...sound, redis_version: '7.2.0' }, 'disk'],
  ])('%s', async (_, facts, ack) => {
    await requireFitRedis(says(facts), { ack, kind: 'single', signal });
  });
});

describe('a Redis that is unfit', () => {
  it.each<[string, object, Ack, string]>([
    ['is too old', { ...sound, redis_version: '6.0.16' }, 'memory', 'Redis is 6.0.16: Baton needs 6.2'],
    ['evicts', { ...sound, maxmemory_policy: 'allkeys-lru' }, 'memory', 'maxmemory-policy is "allkeys-lru"'],
    [
      'is too old to confirm its disk',
      { ...sound, redis_version: '7.0.15' },
      'disk',
      'ACK=disk needs Redis 7.2 or newer with appendonly yes; this is 7.0.15: upgrade Redis, or set appendfsync to always',
    ],
    [
      'is a node of a Cluster',
      { ...sound, cluster_enabled: 1 },
      'memory',
      'set REDIS_CLUSTER to true, or name several of its nodes',
    ],
    [
      'is a replica',
      { ...sound, role: 'slave', master_host: 'redis-0', master_port: 6379 },
      'memory',
      'Redis is a replica of redis-0:6379, and takes no writes: name its primary in REDIS_URL',
    ],
    [
      'writes no append-only file',
      { ...sound, aof_enabled: 0 },
      'disk',
      'ACK=disk needs Redis 7.2 or newer with appendonly yes; this 7.4.2 has it off',
    ],
  ])('%s', async (_, facts, ack, said) => {
    const refused = requireFitRedis(says(facts), { ack, kind: 'single', signal });
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.toBeInstanceOf(SetupError);
  });
});

it('a node of a Cluster is what a Cluster is asked for', async () => {
  await requireFitRedis(says({ ...sound, cluster_enabled: 1 }), { ack: 'memory', kind: 'cluster', signal });
});

describe('a Redis that does not come', () => {
  it('is not waited for when it is another than the settings say', async () => {
    const silent = answering(() => new Promise(() => undefined));
    const fit = requireFitRedis(silent, { ack: 'memory', kind: 'cluster', signal });
    silent.emit('error', new Error('connect ECONNREFUSED'));
    silent.emit('error', new SetupError('no node of a Cluster'));
    await expect(fit).rejects.toThrow('no node of a Cluster');
  });

  it('is waited for until nobody wants to wait any more', async () => {
    const silent = answering(() => new Promise(() => undefined));
    const waiting = new AbortController();
    const fit = requireFitRedis(silent, { ack: 'memory', kind: 'single', signal: waiting.signal });
    waiting.abort(new Error('stopping'));
    await expect(fit).rejects.toThrow('stopping');
  });

  it('is asked again when an answer never comes: a connection that drops may lose what it was asked', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const info = vi.fn(() => Promise.resolve('redis_version:7.4.2\r\n'));
    info.mockReturnValueOnce(new Promise(() => undefined));
    const fit = requireFitRedis(answering(info), { ack: 'memory', kind: 'single', signal });
    await vi.advanceTimersByTimeAsync(3_000);
    await fit;
    expect(info).toHaveBeenCalledTimes(2);
  });
});
