/* On a real set: a primary, a replica and three Sentinels. Every test but the last leaves it whole. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startSentinels, type RedisSentinels } from '../../../../faults/lab/redis-sentinels.ts';
import { workerSettings } from '../settings/settings.ts';
import { connect, type Patience } from './connection.ts';
import { openDurability } from './durability.ts';
import type { RedisAddress } from '../settings/redis-address.ts';
import { tellableMessage } from '../telemetry/error-parts.ts';
import { requireFitRedis } from './requirements.ts';
import { openJobs } from './testing/jobs.ts';

let set: RedisSentinels;
beforeAll(async () => {
  set = await startSentinels();
}, 60_000);
afterAll(() => set.close());

const { signal } = new AbortController();

/** As an operator names it. */
function addressOf(environment: Readonly<Record<string, string>>): RedisAddress {
  return workerSettings({ ANTHROPIC_API_KEY: 'sk', ...environment }).redis;
}

function open(patience: Patience = 'patient', sentinels = set.addresses): Redis {
  // The host is nobody's: it is the Sentinels that are asked.
  const address = addressOf({ REDIS_URL: 'redis://nowhere.invalid:1/2', REDIS_SENTINELS: sentinels });
  const redis = connect(address, patience, () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
}

it('leads to the primary, into the database of the address', async () => {
  const redis = open('failFast');
  const { port } = await set.primary();
  expect(await redis.info('server')).toContain(`tcp_port:${port}\r\n`);
  expect(await redis.client('INFO')).toContain(' db=2 ');
  await requireFitRedis(redis, { ack: 'replica', kind: 'sentinel', signal });
  const durability = openDurability(redis, 'replica', 2_000);
  await redis.set(randomUUID(), '1');
  await durability.settled();
});

it('passes over Sentinels that do not answer', async () => {
  expect(await open('patient', `127.0.0.1:1,${set.addresses.split(',')[2]}`).ping()).toBe('PONG');
});

it('says in the log what a Sentinel has against it', async () => {
  const told: (string | null)[] = [];
  const tell = (environment: Readonly<Record<string, string>>): Promise<unknown> => {
    const address = addressOf({ REDIS_SENTINELS: set.addresses, ...environment });
    const redis = connect(address, 'patient', (error) => void told.push(tellableMessage(error)));
    onTestFinished(() => redis.disconnect());
    return once(redis, 'error');
  };
  await tell({ REDIS_SENTINEL_MASTER: 'nobody' });
  expect(told.at(-1)).toMatch(
    /^Sentinel 127\.0\.0\.1:\d+ does not tell where goals are: it knows no primary of the name nobody$/,
  );
  await tell({ REDIS_SENTINELS: '127.0.0.1:1' });
  expect(told.at(-1)).toBe(
    'Sentinel 127.0.0.1:1 does not tell where goals are: connect ECONNREFUSED 127.0.0.1:1',
  );
});

it('a replica that is named as if it were the primary is refused', async () => {
  const primary = await set.primary();
  const replica = set.servers.find((server) => server !== primary);
  const redis = connect({ kind: 'single', url: replica?.url ?? '' }, 'patient', () => undefined);
  onTestFinished(() => redis.disconnect());
  await expect(requireFitRedis(redis, { ack: 'memory', kind: 'single', signal })).rejects.toThrow(
    `Redis is a replica of 127.0.0.1:${primary.port}, and takes no writes`,
  );
});

it('when the primary is killed, jobs go on, and what waits is answered by the next one', async () => {
  const [connection, failFast, subscriber] = [open(), open('failFast'), open()];
  const heard: string[] = [];
  subscriber.on('message', (_channel, message) => void heard.push(message));
  await subscriber.subscribe('news');
  const prefix = `{test-${randomUUID()}}`;
  const jobs = openJobs(connection, failFast, prefix);
  await jobs.begin();

  const killed = await set.primary();
  await killed.kill();
  expect(await connection.incr(randomUUID())).toBe(1);
  expect(await connection.info('server')).not.toContain(`tcp_port:${killed.port}\r\n`);
  await jobs.goOn();
  await expect
    .poll(async () => (await connection.publish('news', 'again')) > 0 && heard.length > 0, {
      timeout: 10_000,
    })
    .toBe(true);

  const { host, port } = await set.primary();
  await killed.start({ replicaof: `${host} ${port}` });
  await set.isWhole();
});

it('when the primary says nothing, it is left for the one that took over, before it speaks again', async () => {
  const redis = open();
  const key = randomUUID();
  await redis.set(key, '1');
  await redis.wait(1, 5_000);
  const silent = await set.primary();
  silent.signal('SIGSTOP');
  onTestFinished(() => silent.signal('SIGCONT'));
  const askedAt = performance.now();
  expect(await redis.incr(key)).toBe(2);
  // A socket whose server says nothing is given up after 12 s.
  expect(performance.now() - askedAt).toBeLessThan(11_000);
  expect(await redis.info('server')).not.toContain(`tcp_port:${silent.port}\r\n`);
});
