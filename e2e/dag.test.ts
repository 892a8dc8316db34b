import type { Goal } from '@baton/shared/contract/goal';
import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { named, positionOf, type GoalEvent } from './events.ts';
import { fixture } from './fixtures.ts';
import { plan, randomTasks, task, type PlannedTask } from './plans.ts';
import { until } from './until.ts';

const baton = useBaton({
  workers: 2,
  environment: { LOCK_DURATION: '2s', STALLED_INTERVAL: '300ms' },
  worker: { BATON_WORKERS: fixture('workers.mjs') },
});

const ended = ['task.succeeded', 'task.partial', 'task.failed', 'task.skipped', 'task.cancelled'] as const;

/** Every task ended once, after its last start; nothing started before all it depends on had ended. */
function expectOrder(events: readonly GoalEvent[], tasks: readonly PlannedTask[]): void {
  const endOf = new Map(tasks.map(({ id }) => [id, positionOf(events, 'task.succeeded', id)]));
  expect(named(events, ...ended)).toHaveLength(tasks.length);
  for (const { id, dependencies } of tasks) {
    const starts = named(events, 'task.started').filter(({ data }) => data.taskId === id);
    const [first] = starts;
    expect(Number(starts.at(-1)?.id)).toBeLessThan(endOf.get(id) ?? 0);
    for (const dependency of dependencies) expect(endOf.get(dependency)).toBeLessThan(Number(first?.id));
  }
  expect(positionOf(events, 'goal.synthesizing')).toBeGreaterThan(Math.max(...endOf.values()));
  expect(events.at(-1)?.event).toBe('goal.succeeded');
}

describe('a random plan', () => {
  test.for([11, 12, 13, 14])('of seed %i keeps its order, and each task runs once', async (seed) => {
    const tasks = randomTasks(seed, 12, 4);
    const goal = `Random plan ${seed}.`;
    const run = await baton.api.run({ goal, plan: plan(...tasks) });
    expectOrder(run.events, tasks);
    expect(named(run.events, 'task.started')).toHaveLength(tasks.length);
    expect(run.goal.usage).toMatchObject({ calls: 13, possiblyRepeatedCalls: 0 });
    expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 13, paid: 13 });
  });
});

describe('when every worker is killed while a plan runs', () => {
  /** Resolves when nothing moves any more: the first tasks have ended, and whatever else could start waits for the model. */
  function stuck(text: string, goalId: string, tasks: readonly PlannedTask[], first: number): Promise<Goal> {
    return until('every task that can run waits for the model', async () => {
      const goal = await baton.api.goal(goalId);
      const statusOf = new Map(goal.tasks.map(({ id, status }) => [id, status]));
      if (goal.tasks.slice(0, first).some(({ status }) => status !== 'succeeded')) return null;
      for (const { id, dependencies } of tasks) {
        if (statusOf.get(id) === 'succeeded') continue;
        if (!dependencies.every((dependency) => statusOf.get(dependency) === 'succeeded')) continue;
        if (statusOf.get(id) !== 'running' || (await baton.emulator.ofTask(text, id)).calls !== 1)
          return null;
      }
      return goal;
    });
  }

  async function asked(prompt: string): Promise<number> {
    const requests = await baton.emulator.requests(prompt);
    return requests.filter(({ body }) => body.messages[0]?.content === prompt).length;
  }

  async function replaceWorkers(): Promise<number> {
    await Promise.all(baton.workers.map((worker) => worker.kill()));
    const killedAt = performance.now();
    await baton.emulator.clearFaults();
    await baton.startWorker();
    return killedAt;
  }

  test('new workers finish it, and only what was in flight is asked again', async () => {
    const tasks = randomTasks(21, 12, 3);
    const text = 'Random plan 21, its workers killed.';
    const answered = 3;
    const hanging = tasks.slice(answered).map(({ id }) => ({
      match: { contains: text, task: id },
      fault: { kind: 'hang' as const },
    }));
    await baton.emulator.inject(...hanging);
    const { id: goalId } = await baton.api.submit({ goal: text, plan: plan(...tasks) });
    const before = await stuck(text, goalId, tasks, answered);
    const inFlight = new Set(before.tasks.filter(({ status }) => status === 'running').map(({ id }) => id));
    expect(inFlight.size).toBeGreaterThan(1);
    const killedAt = await replaceWorkers();
    const events = await baton.api.follow(goalId);
    const goal = await baton.api.goal(goalId);

    const seconds = (performance.now() - killedAt) / 1_000;
    process.stdout.write(`${seconds.toFixed(1)} s from the workers' death to the goal's end\n`);
    expect(seconds).toBeLessThan(15);
    expectOrder(events, tasks);
    expect(goal.usage).toMatchObject({
      calls: tasks.length + 1,
      possiblyRepeatedCalls: inFlight.size,
    });
    for (const { id, attempts } of goal.tasks) {
      const { calls, paid } = await baton.emulator.ofTask(text, id);
      const times = inFlight.has(id) ? 2 : 1;
      expect({ id, calls, paid, attempts }).toEqual({ id, calls: times, paid: 1, attempts: times });
    }
  });

  test('an answer that was received is not asked for again, though its task starts over', async () => {
    const text = 'A task of two steps, its worker killed in the second.';
    await baton.emulator.inject({ match: { contains: `step two of ${text}` }, fault: { kind: 'hang' } });
    const { id: goalId } = await baton.api.submit({ goal: text, plan: plan(task('both', [], 'two-steps')) });
    await until('the second step waits for the model', async () => {
      return (await asked(`Do step two of ${text}`)) === 1;
    });
    await replaceWorkers();
    await baton.api.follow(goalId);
    const goal = await baton.api.goal(goalId);
    expect(goal).toMatchObject({ status: 'succeeded', tasks: [{ attempts: 2 }] });
    expect(goal.usage).toMatchObject({ calls: 3, possiblyRepeatedCalls: 1 });
    expect(await asked(`Do step one of ${text}`)).toBe(1);
    expect(await asked(`Do step two of ${text}`)).toBe(2);
  });
});
