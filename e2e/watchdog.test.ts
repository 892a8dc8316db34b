import { describe, expect, test } from 'vitest';
import { batonFor, useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const environment = { LOCK_DURATION: '2s', STALLED_INTERVAL: '200ms' };

describe.concurrent('a goal whose jobs were lost', () => {
  const baton = useBaton({ environment, worker: { WORKER_TYPES: 'researcher' } });

  /** Deletes all that Redis has of these jobs, as a mistake of an operator's would. */
  async function lose(goalId: string, jobs: RegExp): Promise<void> {
    const keys = (await baton.keys()).filter((key) => key.includes(`:${goalId}.`));
    const lost = keys.filter((key) => jobs.test(key.slice(key.indexOf(`${goalId}.`))));
    expect(lost).not.toEqual([]);
    await baton.redis.unlink(lost);
    for (const key of lost) {
      const [, queue = '', id = ''] = /^(.*?:queue:[^:]+):([^:]+)/.exec(key) ?? [];
      for (const set of ['prioritized', 'waiting-children', 'delayed']) {
        await baton.redis.zrem(`${queue}:${set}`, id);
      }
    }
  }

  test.for([
    ['its synthesis alone', /\.root/, 'writer'],
    ['every one of them', /./, 'coder'],
  ] as const)('goes on without %s, and pays for nothing twice', async ([what, jobs, unserved]) => {
    const text = `Lost: ${what}.`;
    const { id } = await baton.api.submit({
      goal: text,
      plan: plan(task('a'), task('b', ['a'], unserved), task('c', ['a', 'b'])),
    });
    await baton.api.eventOf(id, 'task.queued', 'b');
    await lose(id, jobs);
    await baton.startWorker({ WORKER_TYPES: unserved });
    const life = await baton.api.follow(id);

    const goal = await baton.api.goal(id);
    expect(goal).toMatchObject({ status: 'succeeded', missing: [] });
    expect(named(life, 'task.succeeded').map(({ data }) => data.taskId)).toEqual(['a', 'b', 'c']);
    for (const taskId of ['a', 'b', 'c']) {
      expect(await baton.emulator.ofTask(text, taskId)).toMatchObject({ paid: 1 });
    }
    const lines = baton.orchestrator.output().split('\n');
    expect(
      lines.filter((line) => line.includes(id) && line.includes('no job of the goal moves')),
    ).toHaveLength(1);
  });
});

test('a process watches, and plans what was accepted and lost its job; when it is gone, another does', async (context) => {
  const baton = await batonFor(context, { workers: 0, environment, orchestrator: { ROLE: 'api' } });
  const { id: lost } = await baton.api.submit({ goal: 'What is 2 + 2?' });
  await baton.redis.unlink((await baton.keys()).filter((key) => key.includes(':queue:goals:')));
  const planner = await baton.startOrchestrator({ ROLE: 'planner' });
  expect((await baton.api.follow(lost)).at(-1)?.event).toBe('goal.succeeded');
  expect(planner.program.output()).toContain('the goal had no job in the goals queue');

  const watch = `{${baton.prefix}}:watch`;
  const first = await until('somebody watches', () => baton.redis.get(watch));
  await baton.startOrchestrator({ ROLE: 'planner' });
  const plain = { goal: 'Nobody serves it.', options: { deadline: '1s' }, plan: plan(task('a')) };
  const { id } = await baton.api.submit(plain);
  expect((await baton.api.follow(id)).at(-1)?.event).toBe('goal.expired');
  expect(await baton.redis.get(watch)).toBe(first);

  await planner.program.kill();
  const { id: next } = await baton.api.submit(plain);
  expect((await baton.api.follow(next)).at(-1)?.event).toBe('goal.expired');
  expect(await baton.redis.get(watch)).not.toBe(first);
});
