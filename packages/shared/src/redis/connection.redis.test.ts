import { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { expect, inject, it, onTestFinished } from 'vitest';
import { openProxy } from '../../../../faults/proxy/tcp-proxy.ts';
import { connect } from './connection.ts';

it('a connection that fails fast keeps its queues, though Redis was silent when they were opened', async () => {
  const { hostname, port } = new URL(inject('redisUrl'));
  const proxy = await openProxy({ host: hostname, port: Number(port || 6_379) });
  const redis = connect(
    { kind: 'single', url: `redis://${proxy.host}:${proxy.port}` },
    'failFast',
    () => undefined,
  );
  const prefix = `test-${randomUUID()}`;
  onTestFinished(async () => {
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(keys);
    redis.disconnect();
    await proxy.close();
  });
  await redis.ping();
  proxy.freeze();
  const queue = new Queue('jobs', { connection: redis, prefix });
  queue.on('error', () => undefined);
  await expect(queue.add('job', {})).rejects.toThrow();
  await proxy.clear();
  await expect.poll(() => redis.status).toBe('ready');
  expect((await queue.add('job', {})).id).toBeDefined();
  await queue.close();
});
