import { beforeAll, expect, test, type TestContext } from 'vitest';
import { freePort } from '../scripts/ports.mjs';
import type { Api } from './api.ts';
import { addressOf, useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import type { Environment, Program } from './program.ts';
import { until } from './until.ts';

const baton = useBaton({ workers: 0, environment: { LOCK_DURATION: '2s', STALLED_INTERVAL: '300ms' } });

async function calling(goal: string, calls = 1): Promise<void> {
  await until(
    'the call waits for the model',
    async () => (await baton.emulator.ofGoal(goal)).calls === calls,
  );
}

/** The one that runs: it is replaced on the way. */
let orchestrator: { program: Program; api: Api };
beforeAll(() => {
  orchestrator = { program: baton.orchestrator, api: baton.api };
});

/** Runs one task at a time, and goes when a test tells it to. */
let standing: Program | null = null;

async function standingWorker(): Promise<Program> {
  standing ??= await baton.startWorker({
    WORKER_CONCURRENCY: '1',
    HEALTH_PORT: String(await freePort()),
  });
  return standing;
}

/** For a test that ends it. */
async function lastOfStanding(): Promise<Program> {
  const worker = await standingWorker();
  standing = null;
  return worker;
}

async function workerFor({ onTestFinished }: TestContext, environment: Environment = {}): Promise<Program> {
  const worker = await baton.startWorker(environment);
  onTestFinished(() => worker.kill());
  return worker;
}

test('a worker puts back what it has no time for, and another worker runs it without losing an attempt', async (context) => {
  const goal = 'Put back by a worker that must go.';
  const first = await workerFor(context, { SHUTDOWN_GRACE: '0s' });
  await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault: { kind: 'hang' } });
  const { id } = await baton.api.submit({ goal, plan: plan(task('a')) });
  await calling(goal);
  first.signal('SIGTERM');
  expect(await first.exit()).toBe(0);
  await until('the call is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);

  await standingWorker();
  const events = await baton.api.follow(id);
  expect(named(events, 'task.started')).toHaveLength(2);
  expect(named(events, 'task.succeeded')).toHaveLength(1);
  expect(await baton.emulator.ofTask(goal, 'a')).toMatchObject({ calls: 2, paid: 1 });
  const job = `{${baton.prefix}}:queue:tasks.researcher:${id}.1.0`;
  expect(await baton.redis.hget(job, 'atm')).toBe('1');
});

test('a worker finishes what it runs on SIGTERM, takes nothing new, and exits with 0', async () => {
  const goal = 'Finished before the worker goes.';
  const first = await lastOfStanding();
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

  await standingWorker();
  await baton.api.follow(id);
  expect(await baton.api.goal(id)).toMatchObject({
    status: 'succeeded',
    usage: { possiblyRepeatedCalls: 0 },
  });
});

test('a worker that stops keeps the answer that it waits for and begins no other call: another goes on from there', async () => {
  const goal = 'Judged by another worker than the one that did it.';
  const first = await lastOfStanding();
  const url = await addressOf(first);
  await baton.emulator.inject({
    match: { contains: goal, task: 'a' },
    fault: { kind: 'delay', ms: 1_000 },
  });
  const { id } = await baton.api.submit({ goal, plan: plan(task('a')), options: { reviewRounds: 1 } });
  await calling(goal);
  first.signal('SIGTERM');
  await first.printed(/stopping/);
  const health = await Promise.all(['/readyz', '/livez'].map((path) => fetch(`${url}${path}`)));
  expect(health.map(({ status }) => status)).toEqual([503, 200]);
  expect(await health[0]?.text()).toBe('this process stops\n');
  expect(await first.exit()).toBe(0);
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 1, paid: 1, aborted: 0 });

  await standingWorker();
  const events = await baton.api.follow(id);
  expect(named(events, 'task.reviewed')).toHaveLength(1);
  expect(await baton.api.goal(id)).toMatchObject({
    status: 'succeeded',
    tasks: [{ id: 'a', attempts: 1 }],
    usage: { possiblyRepeatedCalls: 0, calls: 4 },
  });
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 4, paid: 4 });
});

/** That live workers offer to a worker type. */
async function slotsOf(workerType: string): Promise<number | undefined> {
  const { items } = await orchestrator.api.json<{ items: { type: string; slots: number }[] }>(
    'GET',
    '/v1/worker-types',
    200,
  );
  return items.find(({ type }) => type === workerType)?.slots;
}

test('a worker that stops offers no slots, and goes at once on a second signal', async () => {
  const goal = 'A worker that is told twice.';
  const worker = await lastOfStanding();
  await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault: { kind: 'hang' } });
  const { id } = await baton.api.submit({ goal, plan: plan(task('a')) });
  await calling(goal);
  expect(await slotsOf('researcher')).toBe(1);
  worker.signal('SIGTERM');
  await worker.printed(/stopping/);
  // Before it would count as gone for its silence.
  await until('its slots count no more', async () => (await slotsOf('researcher')) === 0, 10_000);
  worker.signal('SIGTERM');
  expect(await worker.exit()).toBe(1);
  await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
});

test('an orchestrator that is killed while it plans is replaced by another, which plans again', async () => {
  const goal = 'Plan a weekend trip to Riga, planned twice.';
  await standingWorker();
  await baton.emulator.inject({ match: { contains: goal, role: 'planner' }, fault: { kind: 'hang' } });
  const { id } = await orchestrator.api.submit({ goal });
  await calling(goal);
  await orchestrator.program.kill();
  orchestrator = await baton.startOrchestrator();
  const events = await orchestrator.api.follow(id);
  expect(events.at(-1)?.event).toBe('goal.succeeded');
  expect(named(events, 'goal.planned')).toHaveLength(1);
  expect(await orchestrator.api.goal(id)).toMatchObject({ usage: { possiblyRepeatedCalls: 1 } });
});

test('a worker that is idle exits with 0 on SIGINT, and is not counted any more', async () => {
  const worker = await lastOfStanding();
  expect((await fetch(`${await addressOf(worker)}/readyz`)).status).toBe(200);
  expect(await slotsOf('coder')).toBe(1);
  worker.signal('SIGINT');
  expect(await worker.exit()).toBe(0);
  expect(await slotsOf('coder')).toBe(0);
});

test('an orchestrator exits with 0 on SIGTERM, though clients follow events', async () => {
  const { program, api } = orchestrator;
  const { id } = await api.submit({ goal: 'Followed for long.', plan: plan(task('a')) });
  const response = await api.fetch('GET', `/v1/goals/${id}/events`);
  expect(response.status).toBe(200);
  program.signal('SIGTERM');
  expect(await program.exit()).toBe(0);
  await response.body?.cancel().catch(() => undefined);
});
