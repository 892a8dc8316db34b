import type { Goal } from '@baton/shared/contract/goal';
import { expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useBaton({ workers: 2, worker: { WORKER_CONCURRENCY: '2' } });

async function calling(goal: string, count: number): Promise<void> {
  await until(`${count} calls of the goal wait for the model`, async () => {
    const { calls, paid } = await baton.emulator.ofGoal(goal);
    return calls - paid === count;
  });
}

function cancel(goalId: string): Promise<Goal> {
  return baton.api.json('POST', `/v1/goals/${goalId}/cancel`, 202);
}

test('cancelling a goal ends it at once and aborts its calls in every worker', async () => {
  const goal = 'Cancelled while four tasks hang.';
  const ids = ['a', 'b', 'c', 'd'];
  await baton.emulator.inject({ match: { contains: goal, role: 'task' }, fault: { kind: 'hang' }, times: 4 });
  const { id } = await baton.api.submit({
    goal,
    plan: plan(...ids.map((each) => task(each)), task('last', ids)),
  });
  const events = baton.api.follow(id);
  await calling(goal, 4);

  const askedAt = performance.now();
  const cancelled = await cancel(id);
  expect(cancelled).toMatchObject({ id, status: 'cancelled', output: null });
  expect(cancelled.finishedAt).not.toBeNull();
  for (const each of cancelled.tasks) {
    expect(each.status).toBe('cancelled');
    expect(each.errors.join(' ')).toContain('cancelled');
  }
  const life = await events;
  expect(life.at(-1)?.event).toBe('goal.cancelled');
  expect(named(life, 'task.cancelled').map(({ data }) => data.taskId)).toEqual([...ids, 'last']);
  await until('the four calls are aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 4);
  expect(performance.now() - askedAt).toBeLessThan(5_000);

  const problem = await baton.api.problem('POST', `/v1/goals/${id}/cancel`, 409);
  expect(problem).toMatchObject({
    type: 'urn:baton:problem:conflict',
    detail: expect.stringContaining('ended'),
  });
  expect(await baton.api.goal(id)).toEqual(cancelled);
  expect(await baton.api.eventsSoFar(id)).toEqual(life);
});

test('the workers go on with other goals afterwards', async () => {
  const run = await baton.api.run({
    goal: 'After a cancelled goal.',
    plan: plan(task('a'), task('b', ['a'])),
  });
  expect(run.goal.status).toBe('succeeded');
});

test('a goal can be cancelled while it is planned', async () => {
  const goal = 'Plan a weekend trip to Cork, cancelled while planning.';
  await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
  const { id } = await baton.api.submit({ goal });
  await calling(goal, 1);
  expect(await cancel(id)).toMatchObject({ status: 'cancelled', plan: null, tasks: [] });
  await until('the planner is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);
  const events = await baton.api.follow(id);
  expect(events.map(({ event }) => event)).toEqual(['goal.accepted', 'goal.planning', 'goal.cancelled']);
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 1, paid: 0 });
});

test('a goal can be cancelled while its answer is put together', async () => {
  const goal = 'Cancelled in its synthesis.';
  await baton.emulator.inject({ match: { contains: goal, role: 'synthesiser' }, fault: { kind: 'stall' } });
  const { id } = await baton.api.submit({ goal, plan: plan(task('only')) });
  await baton.api.eventOf(id, 'output.delta');
  const cancelled = await cancel(id);
  expect(cancelled).toMatchObject({ status: 'cancelled', output: null, tasks: [{ status: 'succeeded' }] });
  await until('the synthesis is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);
  expect((await baton.api.follow(id)).at(-1)?.event).toBe('goal.cancelled');
});

test('only a goal that exists and has not ended can be cancelled', async () => {
  expect(await baton.api.problem('POST', '/v1/goals/goal_nothing/cancel', 404)).toMatchObject({
    type: 'urn:baton:problem:not_found',
    detail: expect.stringContaining('goal_nothing'),
  });
  const { goal } = await baton.api.run({ goal: 'What is 2 + 2?' });
  await baton.api.problem('POST', `/v1/goals/${goal.id}/cancel`, 409);
});
