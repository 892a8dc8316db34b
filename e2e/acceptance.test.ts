import { Redis } from 'ioredis';
import { describe, expect, test, type TestContext } from 'vitest';
import { localRedis } from '../scripts/redis.mjs';
import { batonFor, programFor, type Baton } from './baton.ts';
import { sample } from './metrics.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

/** A server for one test, which may be set up and filled. */
async function serverFor({ onTestFinished }: TestContext): Promise<{ url: string; redis: Redis }> {
  const server = await localRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  onTestFinished(async () => {
    redis.disconnect();
    await server.stop();
  });
  return { url: server.url, redis };
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}

/** Posts until the answer is that status; the first such answer. */
async function postUntil(baton: Baton, status: number, goal: string): Promise<Response> {
  return until(`a goal is answered with ${status}`, async () => {
    const response = await baton.api.fetch('POST', '/v1/goals', { body: { goal } });
    return response.status === status && response;
  });
}

describe.concurrent('ACK=disk', () => {
  test('is refused at the start, in words, by a Redis that can not confirm its disk', async (context) => {
    const { url } = await serverFor(context);
    const environment = { REDIS_URL: url, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', PORT: '0', ACK: 'disk' };
    const program = programFor(context, 'orchestrator', environment);
    expect(await program.exit()).toBe(78);
    expect(program.output()).toMatch(
      /ACK=disk needs Redis 7\.2 or newer with appendonly yes; this .*: .*set/,
    );
  });
});

describe.concurrent('ACK=replica', () => {
  test('takes goals while a replica is there, and else leaves nothing of them', async (context) => {
    const [server, other] = [await serverFor(context), await serverFor(context)];
    const baton = await batonFor(context, {
      workers: 0,
      environment: { REDIS_URL: server.url },
      orchestrator: { ACK: 'replica' },
    });
    const refused = await postUntil(baton, 503, 'Nobody has this.');
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({
      type: 'urn:baton:problem:unavailable',
      detail: expect.stringMatching(/not accepted: no replica .*ACK=replica/) as string,
    });
    expect((await baton.keys()).filter((key) => key.includes('goal_'))).toEqual([]);

    await other.redis.replicaof('127.0.0.1', Number(new URL(server.url).port));
    const accepted = (await (await postUntil(baton, 202, 'What is 2 + 2?')).json()) as { id: string };
    expect(await other.redis.exists(`{${baton.prefix}}:goal:${accepted.id}`)).toBe(1);
    const events = await baton.api.follow(accepted.id);
    expect(events.at(-1)?.event).toBe('goal.succeeded');

    await other.redis.replicaof('NO', 'ONE');
    await postUntil(baton, 503, 'Nobody has this either.');
  });
});

describe.concurrent('a Redis that fills up', () => {
  test('is spared new goals, and lets those that run end', async (context) => {
    const { url, redis } = await serverFor(context);
    const baton = await batonFor(context, { environment: { REDIS_URL: url } });
    const goal = 'Begun while there was room.';
    await baton.emulator.inject({
      match: { contains: goal, task: 'a' },
      fault: { kind: 'delay', ms: 3_000 },
    });
    const running = await baton.api.submit({ goal, plan: plan(task('a'), task('b', ['a'])) });
    await baton.api.eventOf(running.id, 'task.started', 'a');

    await redis.config('SET', 'maxmemory', String(Math.floor((await usedMemory(redis)) / 0.75)));
    const refused = await postUntil(baton, 503, 'No room for this.');
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({
      type: 'urn:baton:problem:storage_full',
      detail: expect.stringMatching(/^Redis holds \d+ % of its maxmemory/) as string,
    });
    const metrics = await (await baton.api.fetch('GET', '/metrics')).text();
    expect(sample(metrics, 'baton_redis_memory_share')).toBeGreaterThanOrEqual(0.7);
    expect((await baton.api.follow(running.id)).at(-1)?.event).toBe('goal.succeeded');

    await redis.config('SET', 'maxmemory', '0');
    await postUntil(baton, 202, 'There is room again.');
    const told = baton.orchestrator.output().match(/new goals are (refused for now|taken again)/g);
    expect(told).toEqual(['new goals are refused for now', 'new goals are taken again']);
  });
});
