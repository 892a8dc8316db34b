import type { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SetupError } from '../settings/setup-error.ts';
import type { Ack } from './durability.ts';
import { requireFitRedis } from './requirements.ts';

const says = (facts: object): Redis => {
  const lines = Object.entries(facts).map(([name, value]) => `${name}:${String(value)}`);
  return { info: async () => `# Server\r\n${lines.join('\r\n')}\r\n` } as unknown as Redis;
};
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
    await requireFitRedis(says(facts), { ack, signal });
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
      'writes no append-only file',
      { ...sound, aof_enabled: 0 },
      'disk',
      'ACK=disk needs Redis 7.2 or newer with appendonly yes; this 7.4.2 has it off',
    ],
  ])('%s', async (_, facts, ack, said) => {
    const refused = requireFitRedis(says(facts), { ack, signal });
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.toBeInstanceOf(SetupError);
  });
});

describe('a Redis that does not come', () => {
  it('is waited for until nobody wants to wait any more', async () => {
    const silent = { info: () => new Promise(() => undefined) } as unknown as Redis;
    const waiting = new AbortController();
    const fit = requireFitRedis(silent, { ack: 'memory', signal: waiting.signal });
    waiting.abort(new Error('stopping'));
    await expect(fit).rejects.toThrow('stopping');
  });

  it('is asked again when an answer never comes: a connection that drops may lose what it was asked', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const info = vi.fn(() => Promise.resolve('redis_version:7.4.2\r\n'));
    info.mockReturnValueOnce(new Promise(() => undefined));
    const fit = requireFitRedis({ info } as unknown as Redis, { ack: 'memory', signal });
    await vi.advanceTimersByTimeAsync(3_000);
    await fit;
    expect(info).toHaveBeenCalledTimes(2);
  });
});
