import { Redis } from 'ioredis';
import { describe, expect, inject, test, type TestContext } from 'vitest';
import { openProxy, type TcpProxy } from '../faults/proxy/tcp-proxy.ts';
import { freePort } from '../scripts/ports.mjs';
import { localRedis } from '../scripts/redis.mjs';
import { Api } from './api.ts';
import { addressOf, programFor } from './baton.ts';
import { plan, task } from './plans.ts';
import type { Program } from './program.ts';
import { until } from './until.ts';

/** An address at which Redis does not answer until it is let. */
async function lateRedis({ onTestFinished }: TestContext, url = inject('redisUrl')): Promise<TcpProxy> {
  const { hostname, port } = new URL(url);
  const proxy = await openProxy({ host: hostname, port: Number(port || 6_379) });
  proxy.refuse();
  onTestFinished(() => proxy.close());
  return proxy;
}

interface Started {
  readonly program: Program;
  readonly url: string;
}

/** Resolves when the program answers at all. */
async function start(
  context: TestContext,
  name: 'orchestrator' | 'worker',
  environment: Record<string, string>,
): Promise<Started> {
  const port = String(await freePort());
  const program = programFor(context, name, {
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    PORT: port,
    HEALTH_PORT: port,
    ...environment,
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`the ${name} listens`, () =>
    fetch(`${url}/livez`).then(
      (response) => response.ok,
      () => false,
    ),
  );
  return { program, url };
}

const redisAt = ({ port }: TcpProxy): { REDIS_URL: string } => ({ REDIS_URL: `redis://127.0.0.1:${port}` });
const programs = ['orchestrator', 'worker'] as const;

describe.concurrent('without Redis', () => {
  test.for(programs)(
    'the %s is alive, not ready, says why, and goes with 0 when it is told to',
    async (name, context) => {
      const { program, url } = await start(context, name, redisAt(await lateRedis(context)));
      const readiness = await fetch(`${url}/readyz`);
      expect(readiness.status).toBe(503);
      expect(await readiness.text()).toMatch(/redis is (re)?connecting|redis is close/);
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('baton_');
      expect(program.output()).not.toContain('listening on');
      if (name === 'orchestrator') await expectRefusals(url);
      program.signal('SIGTERM');
      expect(await program.exit()).toBe(0);
    },
  );

  async function expectRefusals(url: string): Promise<void> {
    for (const path of ['/v1/goals', '/v1/goals/goal_1', '/dashboard']) {
      const refused = await new Api(url).fetch('GET', path);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect(await refused.json()).toMatchObject({ type: 'urn:baton:problem:unavailable' });
    }
  }
});

describe.concurrent('a Redis that comes late', () => {
  test('is put to use', async (context) => {
    const proxy = await lateRedis(context);
    const emulator = programFor(context, 'emulator', { EMULATOR_PORT: '0', EMULATOR_PACE: '0' });
    const environment = {
      ...redisAt(proxy),
      ANTHROPIC_BASE_URL: await addressOf(emulator),
      BATON_PREFIX: `late-${process.pid}`,
    };
    const started = await Promise.all(programs.map((name) => start(context, name, environment)));
    const [orchestrator] = started;
    await proxy.accept();
    for (const { program, url } of started) {
      expect(await addressOf(program)).toBe(url);
      expect(await (await fetch(`${url}/readyz`)).text()).toBe('ok\n');
    }
    const api = new Api(orchestrator?.url ?? '');
    const { goal } = await api.run({ goal: 'Late is better than never.', plan: plan(task('a')) });
    expect(goal.status).toBe('succeeded');
    for (const { program } of started) {
      program.signal('SIGTERM');
      expect(await program.exit()).toBe(0);
    }
    await removeKeys(`{${environment.BATON_PREFIX}}*`);
  });

  test('and would lose goals ends both programs with 78 and words', async (context) => {
    const server = await localRedis();
    context.onTestFinished(() => server.stop());
    const redis = new Redis(server.url);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    redis.disconnect();
    const proxy = await lateRedis(context, server.url);
    const started = await Promise.all(programs.map((name) => start(context, name, redisAt(proxy))));
    await proxy.accept();
    for (const { program } of started) {
      expect(await program.exit()).toBe(78);
      expect(program.output()).toContain('Set maxmemory-policy to noeviction.');
      expect(program.output()).not.toMatch(/^\s+at /m);
    }
  });
});

async function removeKeys(pattern: string): Promise<void> {
  const redis = new Redis(inject('redisUrl'));
  const keys = await redis.keys(pattern);
  if (keys.length > 0) await redis.unlink(keys);
  redis.disconnect();
}
