import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { openDurability } from './durability.ts';
import { openPrivateRedis } from './testing/private-redis.ts';

/** A primary with one replica that has caught up, each a server of its own. */
async function openPair(): Promise<{ primary: Redis; replica: Redis; isLinked: () => Promise<boolean> }> {
  const [one, other] = [await openPrivateRedis(), await openPrivateRedis()];
  const [primary, replica] = [one.connect(), other.connect()];
  await primary.config('SET', 'repl-diskless-sync-delay', '0');
  await replica.replicaof('127.0.0.1', one.port);
  const isLinked = async (): Promise<boolean> => (await primary.wait(1, 500)) > 0;
  await expect.poll(isLinked, { timeout: 20_000 }).toBe(true);
  return { primary, replica, isLinked };
}

describe('a replica', () => {
  it('has what is settled', async () => {
    const { primary, replica } = await openPair();
    const durability = openDurability(primary, 'replica', 5_000);
    const names = Array.from({ length: 200 }, (_, place) => `key-${place}`);
    await Promise.all(
      names.map(async (name) => {
        await primary.set(name, 'x');
        await durability.settled();
        expect(await replica.exists(name)).toBe(1);
      }),
    );
  });

  it('that is not there refuses within the time given, and is used again when it is back', async () => {
    const { primary, replica, isLinked } = await openPair();
    const { host, port } = primary.options;
    await replica.replicaof('NO', 'ONE');
    await expect.poll(() => primary.info('replication')).toContain('connected_slaves:0');
    await primary.set('key', 'x');
    await expect(openDurability(primary, 'replica', 300).settled()).rejects.toThrow(
      'no replica has confirmed it within 300 ms',
    );
    await replica.replicaof(String(host), Number(port));
    await expect.poll(isLinked, { timeout: 20_000 }).toBe(true);
    await primary.set('key', 'y');
    await openDurability(primary, 'replica', 10_000).settled();
    expect(await replica.get('key')).toBe('y');
  });

  it('of another server, to which the connection was moved, does not vouch for what the first was told', async () => {
    const pair = await openPair();
    const redis = (await openPrivateRedis()).connect();
    const durability = openDurability(redis, 'replica', 5_000);
    await redis.set('key', 'on the first server');
    const settled = durability.settled();
    redis.options.port = Number(pair.primary.options.port);
    redis.disconnect(true);
    await expect(settled).rejects.toThrow('connection to Redis was lost');
    expect(await redis.get('key')).toBeNull();
    // So would have said whoever had asked again.
    expect(await redis.wait(1, 500)).toBe(1);
    await redis.set('key', 'on the second');
    await durability.settled();
    expect(await pair.replica.get('key')).toBe('on the second');
  });
});
