import { Redis } from 'ioredis';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { isStaleSocket, replaceSocket } from './stale-socket.ts';

async function open(): Promise<Redis> {
  const redis = new Redis(inject('redisUrl'), { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  onTestFinished(() => redis.disconnect());
  await redis.ping();
  return redis;
}

const clientOf = (redis: Redis): Promise<number> => redis.client('ID');

describe('a socket that is replaced', () => {
  it('gives way to another once, however many ask for it', async () => {
    const redis = await open();
    const [used, client] = [redis.stream, await clientOf(redis)];
    await Promise.all([replaceSocket(redis, used), replaceSocket(redis, used)]);
    const next = await clientOf(redis);
    expect(next).not.toBe(client);
    await replaceSocket(redis, used);
    expect(await clientOf(redis)).toBe(next);
  });

  it('is waited for when it is being replaced already', async () => {
    const redis = await open();
    const used = redis.stream;
    redis.disconnect(true);
    await replaceSocket(redis, used);
    expect(redis.status).toBe('ready');
    expect(redis.stream).not.toBe(used);
  });
});

describe('what a socket is to blame for', () => {
  it.each([
    ['NOSCRIPT No matching script. Please use EVAL.', true],
    ["READONLY You can't write against a read only replica.", true],
    ['ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can not', true],
    ["OOM command not allowed when used memory > 'maxmemory'.", false],
    ['Connection is closed.', false],
  ])('%s', (message, blamed) => {
    expect(isStaleSocket(new Error(message))).toBe(blamed);
  });
});
