/* On a real Cluster: three primaries with a replica each. All but the last two tests leave it whole. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCluster, type RedisCluster } from '../../../../faults/lab/redis-cluster.ts';
import type { RedisServer } from '../../../../faults/lab/redis-server.ts';
import { workerSettings } from '../settings/settings.ts';
import { connect, type Patience } from './connection.ts';
import { openDurability } from './durability.ts';
import { openJobs } from './testing/jobs.ts';
import { openPrivateRedis } from './testing/private-redis.ts';
import type { ClusterRedis, RedisAddress } from '../settings/redis-address.ts';
import { notAnswering, requireFitRedis } from './requirements.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startCluster();
}, 60_000);
afterAll(() => cluster.close());

const PREFIX = 'baton';
const { signal } = new AbortController();

/** As an operator names it. */
function addressOf(environment: Readonly<Record<string, string>>): ClusterRedis {
  const { redis } = workerSettings({ ANTHROPIC_API_KEY: 'sk', BATON_PREFIX: PREFIX, ...environment });
  return redis as ClusterRedis;
}

function open(
  patience: Patience = 'patient',
  address: RedisAddress = addressOf({ REDIS_URL: cluster.urls }),
): Redis {
  const redis = connect(address, patience, () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
}

function newKey(): string {
  return `{${PREFIX}}:test:${randomUUID()}`;
}

function primary(): Promise<RedisServer> {
  return cluster.primaryOf(`{${PREFIX}}`);
}

/** A replica of the primary takes over; the old one stays, as its replica. Asked for again, since nodes may let it pass. */
async function handOver(): Promise<void> {
  const before = await primary();
  const id = await cluster.connectTo(before).cluster('MYID');
  const isOver = async (): Promise<boolean> => {
    for (const node of cluster.nodes) {
      const redis = cluster.connectTo(node);
      if (String(await redis.cluster('NODES')).includes(`myself,slave ${id}`))
        await redis.call('CLUSTER', 'FAILOVER').catch(() => null);
    }
    return (await primary()) !== before;
  };
  await expect.poll(isOver, { timeout: 20_000, interval: 200 }).toBe(true);
  await cluster.isWhole(1);
}

/** Gives the slot to another node, its keys little by little, as operators do. */
async function moveSlot(): Promise<RedisServer> {
  const from = await primary();
  const to = await cluster.primaryOf('{garden}');
  expect(to).not.toBe(from);
  const [source, target] = [cluster.connectTo(from), cluster.connectTo(to)];
  const slot = await source.cluster('KEYSLOT', `{${PREFIX}}`);
  const targetId = await target.cluster('MYID');
  await target.cluster('SETSLOT', slot, 'IMPORTING', await source.cluster('MYID'));
  await source.cluster('SETSLOT', slot, 'MIGRATING', targetId);
  for (;;) {
    const keys = await source.cluster('GETKEYSINSLOT', slot, 10);
    if (keys.length === 0) break;
    await source.call('MIGRATE', to.host, to.port, '', 0, 5_000, 'KEYS', ...keys);
  }
  await target.cluster('SETSLOT', slot, 'NODE', targetId);
  await source.cluster('SETSLOT', slot, 'NODE', targetId);
  return to;
}

describe('a connection to a Cluster', () => {
  it('leads from any one node to the primary of the slot that holds all of Baton', async () => {
    const wanted = await primary();
    for (const { url } of cluster.nodes) {
      const redis = open('failFast', addressOf({ REDIS_URL: url, REDIS_CLUSTER: 'true' }));
      expect(await redis.info('replication')).toContain('role:master');
      expect(await redis.info('server')).toContain(`tcp_port:${wanted.port}\r\n`);
    }
  });

  it('passes over nodes that do not answer', async () => {
    const REDIS_URL = `redis://127.0.0.1:1,redis://127.0.0.1:2,${cluster.nodes[4]?.url}`;
    expect(await open('patient', addressOf({ REDIS_URL })).ping()).toBe('PONG');
  });

  it('takes transactions, pipelines and subscriptions as a single server does', async () => {
    const [redis, subscriber] = [open(), open()];
    const [one, two] = [newKey(), newKey()];
    await redis.multi().set(one, '1').set(two, '2').exec();
    expect(await redis.pipeline().get(one).get(two).ping().exec()).toEqual([
      [null, '1'],
      [null, '2'],
      [null, 'PONG'],
    ]);
    await subscriber.subscribe(one);
    const heard = once(subscriber, 'message');
    await redis.publish(one, 'now');
    expect(await heard).toEqual([one, 'now']);
  });

  it('has a write confirmed by the replica of the node that took it', async () => {
    const redis = open('failFast');
    const durability = openDurability(redis, 'replica', 2_000);
    await redis.set(newKey(), '1');
    await durability.settled();
  });
});

describe('when another node takes over', () => {
  it('a command is sent again to it, and what blocks goes on', async () => {
    const [patient, failFast, reader] = [open(), open('failFast'), open()];
    const [key, stream] = [newKey(), newKey()];
    await Promise.all([patient.set(key, '0'), failFast.ping(), reader.ping()]);
    const read = reader.xread('BLOCK', 0, 'STREAMS', stream, '0-0').catch((error: Error) => error);
    await handOver();
    const counted = await Promise.all([patient.incr(key), failFast.incr(key)]);
    expect(new Set(counted)).toEqual(new Set([1, 2]));
    await patient.xadd(stream, '1-0', 'field', 'value');
    const first = await read;
    const entries = first instanceof Error ? await reader.xread('STREAMS', stream, '0-0') : first;
    expect(JSON.stringify(entries)).toContain('value');
  });

  it('a transaction that met the old one was not carried out in part', async () => {
    const redis = open('failFast');
    const key = newKey();
    await redis.ping();
    await handOver();
    await redis
      .multi()
      .incr(key)
      .incr(key)
      .exec()
      .catch(() => null);
    const done = Number(await redis.get(key));
    expect([0, 2]).toContain(done);
    expect(await redis.multi().incr(key).incr(key).exec()).toEqual([
      [null, done + 1],
      [null, done + 2],
    ]);
  });
});

describe('what is no Cluster, or not known to be one', () => {
  const fit = (redis: Redis, kind: RedisAddress['kind']): Promise<void> =>
    requireFitRedis(redis, { ack: 'memory', kind, signal });

  it('is refused with what to set', async () => {
    const single = await openPrivateRedis();
    const address = addressOf({ REDIS_URL: single.url, REDIS_CLUSTER: 'true' });
    await expect(fit(open('patient', address), 'cluster')).rejects.toThrow('is no node of a Cluster');
    const node = open('patient', { kind: 'single', url: (await primary()).url });
    await expect(fit(node, 'single')).rejects.toThrow('set REDIS_CLUSTER to true');
  });

  it('a Cluster is fit', async () => {
    await fit(open(), 'cluster');
  });
});

describe('when the slot is moved to another node', () => {
  it('what is done with its keys meanwhile goes on there, and is done once', async () => {
    const [redis, queue] = [open(), open()];
    const [one, two, list] = [newKey(), newKey(), newKey()];
    const taken = queue.blpop(list, 0).catch((error: Error) => error);
    await Promise.all(Array.from({ length: 40 }, () => redis.set(newKey(), 'x')));
    let done = 0;
    const over = new AbortController();
    const working = (async () => {
      while (!over.signal.aborted) {
        const script = `redis.call('INCR', KEYS[1]) return redis.call('INCR', KEYS[2])`;
        expect(await redis.eval(script, 2, one, two)).toBe((done += 1));
      }
    })();
    await expect.poll(() => done).toBeGreaterThan(5);
    const next = await moveSlot();
    const before = done;
    await expect.poll(() => done, { timeout: 10_000 }).toBeGreaterThan(before + 5);
    over.abort();
    await working;
    expect(await redis.mget(one, two)).toEqual([String(done), String(done)]);
    expect(await redis.info('server')).toContain(`tcp_port:${next.port}\r\n`);
    await redis.rpush(list, 'value');
    // Redis ends what blocks where a slot was.
    const first = await taken;
    expect(first instanceof Error ? await queue.blpop(list, 1) : first).toEqual([list, 'value']);
  });
});

describe('when the primary says nothing', () => {
  it('what it was asked is asked of the next one, before it speaks again', async () => {
    // On a node that no other test takes anything from, which need not be whole again.
    const prefix = 'silent';
    const redis = open('patient', addressOf({ REDIS_URL: cluster.urls, BATON_PREFIX: prefix }));
    const key = `{${prefix}}:test`;
    await redis.set(key, '1');
    await redis.wait(1, 5_000);
    const silent = await cluster.primaryOf(key);
    expect(silent).not.toBe(await primary());
    silent.signal('SIGSTOP');
    onTestFinished(() => silent.signal('SIGCONT'));
    const askedAt = performance.now();
    expect(await redis.incr(key)).toBe(2);
    // A socket whose server says nothing is given up after 12 s.
    expect(performance.now() - askedAt).toBeLessThan(11_000);
    silent.signal('SIGCONT');
    expect(await redis.info('server')).not.toContain(`tcp_port:${silent.port}\r\n`);
    expect(await redis.get(key)).toBe('2');
  });
});

describe('when the primary is killed', () => {
  it('jobs go on, what waits is answered, and what must not wait is refused in time', async () => {
    const connection = open();
    const failFast = open('failFast');
    const prefix = `{${PREFIX}}:test:${randomUUID()}`;
    const jobs = openJobs(connection, failFast, prefix);
    await jobs.begin();

    const killed = await primary();
    await killed.kill();
    const [patient, impatient] = [connection.incr(newKey()), failFast.incr(newKey())];
    const askedAt = performance.now();
    await impatient.catch(() => null);
    expect(performance.now() - askedAt).toBeLessThan(6_000);
    expect(await patient).toBe(1);
    expect(await primary()).not.toBe(killed);
    await jobs.goOn();
  });
});

describe('when too few nodes are left', () => {
  it('nothing is said to be well, though the node that is left answers PING', async () => {
    const redis = open();
    await redis.get(newKey());
    expect(await notAnswering(redis)).toBeNull();
    const left = await primary();
    await Promise.all(cluster.nodes.filter((node) => node !== left).map((node) => node.kill()));
    await expect.poll(() => notAnswering(redis), { timeout: 10_000 }).not.toBeNull();
    expect(await cluster.connectTo(left).ping()).toBe('PONG');
  });
});
