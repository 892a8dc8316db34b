import { expect, test, vi } from 'vitest';
import { openTestLedger } from '../ledger/testing/test-ledger.ts';
import { openPrivateRedis } from '../redis/testing/private-redis.ts';
import { keyspaceOf } from '../redis/keyspace.ts';
import type { Sample } from '../model/call-samples.ts';
import { redisSamples } from './redis-samples.ts';

const sample = (ms: number): Sample => ({ ms, inputTokens: 2 * ms, outputTokens: ms, costUsd: null });

/** One set of samples per process; the clock stands still until it is moved. */
async function processes() {
  const { ledger, redis } = openTestLedger();
  await redis.ping();
  const clock = { ms: 0 };
  const open = () => redisSamples(redis, ledger.keyspace, { now: () => clock.ms });
  return { open, clock, redis, keyspace: ledger.keyspace };
}

test('what one process notes, others know', async () => {
  const { open, redis, keyspace } = await processes();
  const one = open();
  for (const ms of [100, 200, 300]) one.note('calls', 'writer', 'claude-x', sample(ms));
  one.note('tasks', 'writer', 'claude-x', sample(9_000));
  const key = keyspace.samples('calls', 'writer', 'claude-x');
  await vi.waitFor(async () => expect(await redis.llen(key)).toBe(3));
  expect(await open().typical('calls', 'writer', 'claude-x')).toEqual({
    samples: 3,
    p50Ms: 200,
    p90Ms: 300,
    p95Ms: 300,
    p90InputTokens: 600,
    p90OutputTokens: 300,
    p90CostUsd: null,
  });
  expect(await open().typical('tasks', 'writer', 'claude-x')).toMatchObject({ samples: 1, p50Ms: 9_000 });
  expect(await open().typical('calls', 'reader', 'claude-x')).toBeNull();
  expect(await redis.ttl(key)).toBeGreaterThan(29 * 24 * 3_600);
});

test('only the latest few hundred are kept', async () => {
  const { open, redis, keyspace } = await processes();
  const samples = open();
  for (let ms = 1; ms <= 400; ms += 1) samples.note('calls', 'writer', 'm', sample(ms));
  const key = keyspace.samples('calls', 'writer', 'm');
  await vi.waitFor(async () => expect(await redis.llen(key)).toBe(300));
  expect(await open().typical('calls', 'writer', 'm')).toMatchObject({ samples: 300, p50Ms: 250 });
});

test('an answer holds for some seconds, and nothing is believed in less long', async () => {
  const { open, clock, redis, keyspace } = await processes();
  const samples = open();
  const key = keyspace.samples('calls', 'writer', 'm');
  const typical = () => samples.typical('calls', 'writer', 'm');
  expect(await typical()).toBeNull();
  await redis.lpush(key, '[10,1,1,0.5]');
  expect(await typical()).toBeNull();
  clock.ms = 1_000;
  expect(await typical()).toMatchObject({ samples: 1, p90CostUsd: 0.5 });
  await redis.lpush(key, '[20,1,1,0.5]');
  clock.ms = 5_999;
  expect(await typical()).toMatchObject({ samples: 1 });
  clock.ms = 6_000;
  expect(await typical()).toMatchObject({ samples: 2 });
});

test('what is not a sample is passed over', async () => {
  const { open, redis, keyspace } = await processes();
  await redis.lpush(keyspace.samples('calls', 'writer', 'm'), 'x', '[1]', '{"ms":4}', '[10,1,1,null]');
  expect(await open().typical('calls', 'writer', 'm')).toMatchObject({ samples: 1, p50Ms: 10 });
});

test('without Redis nobody waits, and what was known is still told', async () => {
  const server = await openPrivateRedis();
  const redis = server.connect();
  const clock = { ms: 0 };
  const samples = redisSamples(redis, keyspaceOf('test'), { now: () => clock.ms });
  await redis.lpush(keyspaceOf('test').samples('calls', 'writer', 'm'), '[10,1,1,null]');
  expect(await samples.typical('calls', 'writer', 'm')).toMatchObject({ samples: 1 });
  await server.stop();
  await vi.waitFor(() => expect(redis.status).not.toBe('ready'));
  clock.ms = 60_000;
  samples.note('calls', 'writer', 'm', sample(1));
  expect(await samples.typical('calls', 'writer', 'm')).toMatchObject({ samples: 1 });
  expect(await samples.typical('calls', 'reader', 'm')).toBeNull();
});
