import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../telemetry/metrics.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { deafWorkers } from './deaf-workers.ts';
import { healthReply } from './health-server.ts';

const worker = (queue: string, isDeaf: boolean) => ({ queue, isDeaf: () => isDeaf });

function redis(status: string, ping: () => Promise<string> = async () => 'PONG'): RedisConnection {
  return Object.assign(new EventEmitter(), { status, ping }) as unknown as RedisConnection;
}

const deafAndWell = [worker('goals', false), worker('synthesis', true)];

describe('liveness', () => {
  it('says which worker takes no jobs any more', async () => {
    const metrics = createMetrics();
    const reply = await healthReply('/livez', {
      metrics,
      notAlive: () => deafWorkers(deafAndWell, redis('ready')),
      notReady: async () => null,
    });
    expect(reply).toMatchObject({ status: 503, body: 'the worker of synthesis takes no jobs any more\n' });
  });

  it.each<[string, RedisConnection]>([
    ['is not connected', redis('reconnecting')],
    ['refuses', redis('ready', () => Promise.reject(new Error('LOADING')))],
    ['does not answer', redis('ready', () => new Promise(() => undefined))],
  ])('is no question of starting again while Redis %s', async (_, connection) => {
    expect(await deafWorkers(deafAndWell, connection)).toBeNull();
  });

  it('is well while every worker hears, and asks nothing of Redis', async () => {
    const untouched = redis('ready', () => Promise.reject(new Error('asked')));
    expect(await deafWorkers([worker('goals', false)], untouched)).toBeNull();
    expect(await deafWorkers([], untouched)).toBeNull();
  });
});
