import { Writable } from 'node:stream';
import type { Redis } from 'ioredis';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAdmission, StorageFullError, type Admission } from './admission.ts';
import { NotDurableError, type Ack } from './durability.ts';
import { openPrivateRedis } from './testing/private-redis.ts';

async function open(ack: Ack = 'memory') {
  const server = await openPrivateRedis();
  const redis = server.connect();
  const lines: { msg: string; reason?: string }[] = [];
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString()) as { msg: string });
      done();
    },
  });
  const shares: number[] = [];
  const admission = openAdmission({
    redis,
    ack,
    logger: pino(sink),
    onMemoryShare: (share) => shares.push(share),
    every: 10,
  });
  onTestFinished(() => admission.close());
  return { server, redis, admission, shares, lines };
}

function refusalOf(admission: Admission): unknown {
  try {
    admission.check();
    return null;
  } catch (error) {
    return error;
  }
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}

const limitMemory = (redis: Redis, bytes: number): Promise<unknown> =>
  redis.config('SET', 'maxmemory', String(Math.floor(bytes)));

describe('new goals', () => {
  it('are refused while Redis holds 70 % of what it may, which is told once per change', async () => {
    const { redis, admission, shares, lines } = await open();
    await expect.poll(() => shares.length).toBeGreaterThan(1);
    expect(refusalOf(admission)).toBeNull();
    expect(shares.at(-1)).toBe(0);

    await limitMemory(redis, (await usedMemory(redis)) / 0.8);
    await expect.poll(() => refusalOf(admission)).toBeInstanceOf(StorageFullError);
    expect(shares.at(-1)).toBeCloseTo(0.8, 1);
    const seen = shares.length;
    await expect.poll(() => shares.length).toBeGreaterThan(seen + 3);

    await limitMemory(redis, (await usedMemory(redis)) / 0.5);
    await expect.poll(() => refusalOf(admission)).toBeNull();
    expect(lines.map(({ msg }) => msg)).toEqual([
      'new goals are refused for now',
      'new goals are taken again',
    ]);
    expect(lines[0]?.reason).toMatch(/Redis holds \d+ % of its maxmemory/);
  });

  it('that a replica must confirm are refused while there is none', async () => {
    const { server, admission } = await open('replica');
    await expect.poll(() => refusalOf(admission)).toBeInstanceOf(NotDurableError);
    const replica = (await openPrivateRedis()).connect();
    await replica.replicaof('127.0.0.1', server.port);
    await expect.poll(() => refusalOf(admission), { timeout: 20_000 }).toBeNull();
  });

  it('are judged by what Redis said last while it does not answer', async () => {
    const { server, redis, admission } = await open();
    await limitMemory(redis, (await usedMemory(redis)) / 0.8);
    await expect.poll(() => refusalOf(admission)).toBeInstanceOf(StorageFullError);
    await server.stop();
    await expect.poll(() => redis.status).not.toBe('ready');
    expect(refusalOf(admission)).toBeInstanceOf(StorageFullError);
  });
});
