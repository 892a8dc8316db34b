import type { WorkerTypeView } from '@baton/shared/contract/worker-type';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf, useBaton } from './baton.ts';
import { named } from './events.ts';
import { fixture } from './fixtures.ts';
import { sample } from './metrics.ts';
import { freePort } from '../scripts/ports.mjs';
import { plan, task } from './plans.ts';
import type { Environment, Program } from './program.ts';

const baton = useBaton({ workers: 0 });

/** Worker processes of one test. */
async function withWorkers(
  environments: readonly Environment[],
  work: (workers: Program[]) => Promise<void>,
) {
  const workers = await Promise.all(environments.map((each) => baton.startWorker(each)));
  try {
    await work(workers);
  } finally {
    for (const worker of workers) worker.signal('SIGTERM');
    await Promise.all(workers.map((worker) => worker.exit()));
  }
}

async function workerTypes(): Promise<Map<string, WorkerTypeView>> {
  const { items } = await baton.api.json<{ items: WorkerTypeView[] }>('GET', '/v1/worker-types', 200);
  return new Map(items.map((item) => [item.type, item]));
}

describe('worker processes', () => {
  test('share the load, each within its concurrency', async () => {
    const ports = [await freePort(), await freePort()];
    const one = { WORKER_CONCURRENCY: '1' };
    await withWorkers(
      ports.map((port) => ({ ...one, HEALTH_PORT: String(port) })),
      async (workers) => {
        const goal = 'Shared by two.';
        await baton.emulator.inject({
          match: { contains: goal },
          fault: { kind: 'delay', ms: 100 },
          times: 6,
        });
        const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
        const run = await baton.api.run({ goal, plan: plan(...ids.map((id) => task(id))) });
        expect(run.goal.status).toBe('succeeded');
        const done = await Promise.all(
          workers.map(async (worker) => {
            const response = await fetch(`${await addressOf(worker)}/metrics`);
            const labels = { worker_type: 'researcher', outcome: 'succeeded' };
            return sample(await response.text(), 'baton_tasks_ended_total', labels) ?? 0;
          }),
        );
        expect(done.reduce((sum, count) => sum + count)).toBe(6);
        expect(Math.min(...done)).toBeGreaterThan(0);
        let running = 0;
        for (const { event } of named(run.events, 'task.started', 'task.succeeded')) {
          running += event === 'task.started' ? 1 : -1;
          expect(running).toBeLessThanOrEqual(2);
        }
      },
    );
  });

  test('of concurrency 1 run one task of a type at a time; of one type, no other', async () => {
    await withWorkers([{ WORKER_TYPES: 'researcher', WORKER_CONCURRENCY: '1' }], async () => {
      const run = await baton.api.run({
        goal: 'One at a time.',
        plan: plan(task('a'), task('b'), task('c')),
      });
      const names = named(run.events, 'task.started', 'task.succeeded').map(({ event }) => event);
      expect(names).toEqual(names.map((_, index) => (index % 2 === 0 ? 'task.started' : 'task.succeeded')));

      const { id } = await baton.api.submit({
        goal: 'Two kinds of worker.',
        plan: plan(task('a'), task('b', [], 'writer'), task('c', ['a'])),
      });
      await baton.api.eventOf(id, 'task.succeeded', 'c');
      expect(await baton.api.goal(id)).toMatchObject({
        status: 'running',
        tasks: [{ status: 'succeeded' }, { status: 'queued', attempts: 0 }, { status: 'succeeded' }],
      });
      const types = await workerTypes();
      expect(types.get('researcher')).toMatchObject({ builtIn: true, workers: 1, slots: 1 });
      expect(types.get('writer')).toMatchObject({ builtIn: true, workers: 0, slots: 0 });
      await withWorkers([{ WORKER_TYPES: 'writer', WORKER_CONCURRENCY: '3' }], async () => {
        expect((await workerTypes()).get('writer')).toMatchObject({ workers: 1, slots: 3 });
        await baton.api.follow(id);
      });
      expect((await baton.api.goal(id)).status).toBe('succeeded');
    });
  });
});

describe('worker types of the user, as data', () => {
  test('a prompt is a worker type, listed and planned by name', async () => {
    await withWorkers([{ BATON_WORKERS: fixture('workers.yaml') }], async () => {
      expect((await workerTypes()).get('poet')).toEqual({
        type: 'poet',
        description: 'Writes short poems.',
        bestFor: 'Verse of at most a page.',
        notFor: 'Prose and facts.',
        tier: 'fast',
        builtIn: false,
        workers: 1,
        slots: 8,
      });
      const goal = 'A poem on the tide.';
      const run = await baton.api.run({ goal, plan: plan(task('verse', [], 'poet')) });
      expect(run.goal).toMatchObject({
        status: 'succeeded',
        tasks: [{ worker: 'poet', status: 'succeeded' }],
      });
      const sent = (await baton.emulator.requests(goal)).find(({ role }) => role === 'task');
      expect(sent?.body.system).toContain('You write poems that rhyme.');
      expect(sent?.model).toBe('claude-haiku-5-5');
    });
    expect((await workerTypes()).get('poet')).toMatchObject({ workers: 0, slots: 0 });
  });
});

describe('worker types of the user, as code', () => {
  let worker: Program;
  beforeAll(async () => {
    worker = await baton.startWorker({ BATON_WORKERS: fixture('workers.mjs') });
  });
  afterAll(() => worker.kill());

  test('a structured result is checked, and a bad one repaired once', async () => {
    expect((await workerTypes()).get('geocoder')).toMatchObject({
      builtIn: false,
      tier: 'balanced',
      slots: 2,
    });
    const goal = 'Where is Lisbon.';
    const place = '{"latitude": 38.7, "longitude": -9.1}';
    await baton.emulator.inject(
      { match: { contains: goal }, fault: { kind: 'text', text: '{"latitude": 138.7, "longitude": -9.1}' } },
      { match: { contains: goal }, fault: { kind: 'text', text: `Sorry. ${place}` } },
    );
    const run = await baton.api.run({ goal, plan: plan(task('where', [], 'geocoder')) });
    expect(run.goal).toMatchObject({ status: 'succeeded', usage: { calls: 3 } });
    expect(JSON.parse(run.goal.tasks[0]?.output ?? '')).toEqual(JSON.parse(place));
    const [first, repair] = await baton.emulator.requests(goal);
    expect(first?.body.output_config?.format).toMatchObject({ type: 'json_schema' });
    expect(repair?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(repair?.body.messages[2]?.content).toMatch(/<violation path="latitude"/);
  });

  test('a result that stays bad fails the task with what is wrong', async () => {
    const goal = 'Where is nowhere.';
    const fault = { kind: 'text' as const, text: '{"latitude": "north"}' };
    await baton.emulator.inject({ match: { contains: goal }, fault, times: 2 });
    const run = await baton.api.run({ goal, plan: plan(task('where', [], 'geocoder')) });
    expect(run.goal).toMatchObject({ status: 'failed', error: { type: 'no_result' } });
    expect(run.goal.tasks[0]?.errors.join()).toMatch(/latitude: .*longitude: /);
    expect(await baton.emulator.requests(goal)).toHaveLength(2);
  });

  test('progress is told while a task runs', async () => {
    const run = await baton.api.run({ goal: 'Two steps.', plan: plan(task('both', [], 'two-steps')) });
    expect(run.goal).toMatchObject({ status: 'succeeded', usage: { calls: 3 } });
    expect(named(run.events, 'task.progress')).toMatchObject([
      { data: { taskId: 'both', message: 'half-way' } },
    ]);
  });
});
