import { describe, expect, test, type TestContext } from 'vitest';
import { freePort } from '../scripts/ports.mjs';
import { addressOf, useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import type { Environment, Program } from './program.ts';
import { until } from './until.ts';

const baton = useBaton({ workers: 0, environment: { LOCK_DURATION: '3s', STALLED_INTERVAL: '1s' } });

async function calling(goal: string, calls = 1): Promise<void> {
  await until(
    'the call waits for the model',
    async () => (await baton.emulator.ofGoal(goal)).calls === calls,
  );
}

async function workerFor({ onTestFinished }: TestContext, environment: Environment = {}): Promise<Program> {
  const worker = await baton.startWorker(environment);
  onTestFinished(() => worker.kill());
  return worker;
}

describe('a worker', () => {
  test('finishes what it runs on SIGTERM, takes nothing new, and exits with 0', async (context) => {
    const goal = 'Finished before the worker goes.';
    const first = await workerFor(context, { WORKER_CONCURRENCY: '1' });
    await baton.emulator.inject({
      match: { contains: goal, task: 'a' },
      fault: { kind: 'delay', ms: 1_000 },
    });
    const { id } = await baton.api.submit({ goal, plan: plan(task('a'), task('b')) });
    await calling(goal);
    first.signal('SIGTERM');
    expect(await first.exit()).toBe(0);
    const left = await baton.api.goal(id);
    expect(left.tasks).toMatchObject([
      { id: 'a', status: 'succeeded', attempts: 1 },
      { id: 'b', status: 'queued', attempts: 0 },
    ]);

    await workerFor(context);
    await baton.api.follow(id);
    expect(await baton.api.goal(id)).toMatchObject({
      status: 'succeeded',
      usage: { possiblyRepeatedCalls: 0 },
    });
  });

  test('puts back what it has no time for, and another worker runs it without losing an attempt', async (context) => {
    const goal = 'Put back by a worker that must go.';
    const first = await workerFor(context, { SHUTDOWN_GRACE: '0s' });
    await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault: { kind: 'hang' } });
    const { id } = await baton.api.submit({ goal, plan: plan(task('a')) });
    await calling(goal);
    first.signal('SIGTERM');
    expect(await first.exit()).toBe(0);
    await until('the call is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);

    await workerFor(context);
    const events = await baton.api.follow(id);
    expect(named(events, 'task.started')).toHaveLength(2);
    expect(named(events, 'task.succeeded')).toHaveLength(1);
    expect(await baton.emulator.ofTask(goal, 'a')).toMatchObject({ calls: 2, paid: 1 });
    const job = `{${baton.prefix}}:queue:tasks.researcher:${id}.1.0`;
    expect(await baton.redis.hget(job, 'atm')).toBe('1');
  });

  test('goes at once on a second signal', async (context) => {
    const goal = 'A worker that is told twice.';
    const worker = await workerFor(context);
    await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault: { kind: 'hang' } });
    const { id } = await baton.api.submit({ goal, plan: plan(task('a')) });
    await calling(goal);
    worker.signal('SIGTERM');
    await worker.printed(/stopping/);
    worker.signal('SIGTERM');
    expect(await worker.exit()).toBe(1);
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
  });

  test('that is idle exits with 0 on SIGINT, and is not counted any more', async (context) => {
    const worker = await workerFor(context, {
      WORKER_TYPES: 'coder',
      HEALTH_PORT: String(await freePort()),
    });
    expect((await fetch(`${await addressOf(worker)}/readyz`)).status).toBe(200);
    const live = async (): Promise<number | undefined> => {
      const path = '/v1/worker-types';
      const { items } = await baton.api.json<{ items: { type: string; workers: number }[] }>(
        'GET',
        path,
        200,
      );
      return items.find(({ type }) => type === 'coder')?.workers;
    };
    const before = await live();
    worker.signal('SIGINT');
    expect(await worker.exit()).toBe(0);
    expect(await live()).toBe((before ?? 0) - 1);
  });
});

describe('an orchestrator', () => {
  test('exits with 0 on SIGTERM, though clients follow events', async () => {
    const { program, api } = await baton.startOrchestrator();
    const { id } = await api.submit({ goal: 'Followed for long.', plan: plan(task('a')) });
    const response = await api.fetch('GET', `/v1/goals/${id}/events`);
    expect(response.status).toBe(200);
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    await response.body?.cancel().catch(() => undefined);
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
  });

  test('that is killed while it plans is replaced by another, which plans again', async (context) => {
    const goal = 'Plan a weekend trip to Riga, planned twice.';
    await workerFor(context);
    await baton.emulator.inject({ match: { contains: goal, role: 'planner' }, fault: { kind: 'hang' } });
    const { id } = await baton.api.submit({ goal });
    await calling(goal);
    await baton.orchestrator.kill();
    const { api } = await baton.startOrchestrator();
    const events = await api.follow(id);
    expect(events.at(-1)?.event).toBe('goal.succeeded');
    expect(named(events, 'goal.planned')).toHaveLength(1);
    expect(await api.goal(id)).toMatchObject({ usage: { possiblyRepeatedCalls: 1 } });
  });
});
