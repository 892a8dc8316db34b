import type { TestContext } from 'vitest';
import { expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { named } from './events.ts';
import { fixture } from './fixtures.ts';
import { plan, task } from './plans.ts';
import type { Environment, Program } from './program.ts';
import { until } from './until.ts';

const baton = useBaton({
  environment: { LOCK_DURATION: '2s', STALLED_INTERVAL: '300ms' },
  worker: { WORKER_TYPES: 'researcher' },
});
/** Each test starts several workers, one after the other. */
const SLOW = { timeout: 120_000 };
const fatal = { BATON_WORKERS: fixture('fatal-worker.mjs'), WORKER_TYPES: 'fatal' };
const coder = { WORKER_TYPES: 'coder' };
/** Its locks outlast any pause: only what it puts back starts again. */
const writer = { WORKER_TYPES: 'writer', SHUTDOWN_GRACE: '0s', LOCK_DURATION: '60s' };

async function workerFor({ onTestFinished }: TestContext, environment: Environment): Promise<Program> {
  const worker = await baton.startWorker(environment);
  onTestFinished(() => worker.kill());
  return worker;
}

async function waitingForModel(goal: string, taskId: string, calls: number): Promise<void> {
  await until(
    'the task waits for the model',
    async () => (await baton.emulator.ofTask(goal, taskId)).calls === calls,
  );
}

test.concurrent(
  'a task that kills its worker is started three times, and the goal goes on without it',
  SLOW,
  async (context) => {
    const goal = 'One of its tasks kills whoever runs it.';
    let worker = await workerFor(context, fatal);
    const { id } = await baton.api.submit({
      goal,
      plan: plan(task('good'), task('poison', [], 'fatal'), task('after', ['poison', 'good'])),
    });
    const events = baton.api.follow(id);
    let deaths = 0;
    const dies = (): Promise<boolean> =>
      Promise.race([worker.ended.then(() => true), events.then(() => false)]);
    while (await dies()) {
      deaths += 1;
      worker = await workerFor(context, fatal);
    }

    const life = await events;
    expect(deaths).toBe(3);
    expect(named(life, 'task.started').filter(({ data }) => data.taskId === 'poison')).toHaveLength(3);
    const ended = await baton.api.goal(id);
    expect(ended.status).toBe('partially_succeeded');
    expect(ended.tasks.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'skipped']);
    expect(ended.tasks[1]).toMatchObject({
      attempts: 3,
      errors: [expect.stringMatching(/worker process died each of the 3 times/)],
    });
    expect(ended.missing.map(({ taskId }) => taskId)).toEqual(['poison', 'after']);
  },
);

test.concurrent(
  'a task whose worker was killed twice for another reason succeeds at the third start',
  SLOW,
  async (context) => {
    const goal = 'Killed twice, by no fault of its own.';
    const fault = { kind: 'hang' as const };
    await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault, times: 2 });
    const { id } = await baton.api.submit({ goal, plan: plan(task('a', [], 'coder')) });
    for (const calls of [1, 2]) {
      const worker = await workerFor(context, coder);
      await waitingForModel(goal, 'a', calls);
      await worker.kill();
    }
    await workerFor(context, coder);
    await baton.api.follow(id);
    expect(await baton.api.goal(id)).toMatchObject({
      status: 'succeeded',
      usage: { possiblyRepeatedCalls: 2 },
      tasks: [{ attempts: 3 }],
    });
  },
);

test.concurrent(
  'workers that are told to go do not count against a task, though as many as may die',
  SLOW,
  async (context) => {
    const goal = 'Put back three times.';
    const fault = { kind: 'hang' as const };
    await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault, times: 3 });
    const { id } = await baton.api.submit({ goal, plan: plan(task('a', [], 'writer')) });
    for (const calls of [1, 2, 3]) {
      const worker = await workerFor(context, writer);
      await waitingForModel(goal, 'a', calls);
      worker.signal('SIGTERM');
      expect(await worker.exit()).toBe(0);
    }
    await workerFor(context, writer);
    await baton.api.follow(id);
    expect(await baton.api.goal(id)).toMatchObject({ status: 'succeeded', tasks: [{ attempts: 4 }] });
  },
);
