import type { Goal } from '@baton/shared/contract/goal';
import { describe, expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const baton = useSharedBaton();
const approval = { options: { approval: true } };

async function awaiting(request: object): Promise<Goal> {
  const { id } = await baton.api.submit({ ...approval, ...request });
  await baton.api.eventOf(id, 'goal.awaiting_approval');
  return baton.api.goal(id);
}

function step(goal: Goal, name: string, status: number, body?: unknown): Promise<Goal> {
  return baton.api.json('POST', `/v1/goals/${goal.id}/${name}`, status, body === undefined ? {} : { body });
}

describe('a plan that awaits approval', () => {
  test('is shown, runs nothing, and runs as proposed once it is approved', async () => {
    const goal = await awaiting({ goal: 'Compare tea and coffee in depth.' });
    expect(goal.status).toBe('awaiting_approval');
    expect(goal.plan?.tasks.length).toBeGreaterThan(0);
    expect(new Set(goal.tasks.map(({ status }) => status))).toEqual(new Set(['pending']));
    const approved = await step(goal, 'approve', 202);
    expect(approved.status).toBe('running');
    await step(goal, 'approve', 409);
    await step(goal, 'reject', 409);
    const events = await baton.api.follow(goal.id);
    expect(events.at(-1)?.event).toBe('goal.succeeded');
    expect(events.filter(({ event }) => event === 'goal.planned')).toHaveLength(1);
    const { plan: ran } = await baton.api.goal(goal.id);
    expect(ran).toEqual(goal.plan);
  });

  test('may be edited, as it was read; laws hold for it', async () => {
    const goal = await awaiting({ goal: 'Edited.', plan: plan(task('a'), task('b')) });
    const tasks = [...(goal.plan?.tasks ?? []), task('c', ['a', 'b'])];
    const problem = await baton.api.problem('POST', `/v1/goals/${goal.id}/approve`, 400, {
      body: { plan: { ...goal.plan, tasks: [task('c', ['nowhere'])] } },
    });
    expect(problem.errors?.[0]?.path).toBe('plan.tasks[0].dependencies[0]');
    await step(goal, 'approve', 202, { plan: { ...goal.plan, tasks } });
    const events = await baton.api.follow(goal.id);
    const told = events.findLast(({ event }) => event === 'goal.planned')?.data as unknown as {
      tasks: unknown[];
    };
    expect(told.tasks).toHaveLength(3);
    const ended = await baton.api.goal(goal.id);
    expect(ended.tasks.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'succeeded'],
      ['b', 'succeeded'],
      ['c', 'succeeded'],
    ]);
  });

  test('keeps the limits of its goal when it is edited', async () => {
    const goal = await awaiting({
      goal: 'Limited.',
      plan: plan(task('a')),
      options: { approval: true, maxTasks: 1 },
    });
    const body = { plan: plan(task('a'), task('b')) };
    const problem = await baton.api.problem('POST', `/v1/goals/${goal.id}/approve`, 400, { body });
    expect(problem.detail).toContain('may have 1');
    await step(goal, 'cancel', 202);
  });

  test('ends its goal when it is rejected; a retry proposes again', async () => {
    const goal = await awaiting({ goal: 'Rejected.', plan: plan(task('a')) });
    const rejected = await step(goal, 'reject', 202, { reason: 'Too dear.' });
    expect(rejected).toMatchObject({
      status: 'cancelled',
      error: { type: 'plan_rejected', message: 'The plan was rejected: Too dear.' },
      tasks: [{ status: 'cancelled' }],
    });
    await step(goal, 'retry', 202);
    await baton.api.eventOf(goal.id, 'goal.retried');
    await expect
      .poll(async () => (await baton.api.goal(goal.id)).status, { timeout: 20_000 })
      .toBe('awaiting_approval');
    await step(goal, 'approve', 202);
    expect((await baton.api.follow(goal.id)).at(-1)?.event).toBe('goal.succeeded');
  });

  test('is not asked for where the goal needs none', async () => {
    const { goal } = await baton.api.run({ ...approval, goal: 'What is 1 + 2?' });
    expect(goal).toMatchObject({ status: 'succeeded', plan: { mode: 'direct' } });
  });

  test('refuses bodies that it can not use', async () => {
    const goal = await awaiting({ goal: 'Odd bodies.', plan: plan(task('a')) });
    await baton.api.problem('POST', `/v1/goals/${goal.id}/approve`, 400, { body: { plans: {} } });
    await baton.api.problem('POST', `/v1/goals/${goal.id}/approve`, 400, { body: [] });
    await baton.api.problem('POST', `/v1/goals/${goal.id}/reject`, 400, { body: { reason: 5 } });
    await step(goal, 'cancel', 202);
    await baton.api.problem('POST', '/v1/goals/goal_x/approve', 404);
  });
});

describe('feedback', () => {
  test('is taken for goals that have ended, and shown with them', async () => {
    const { goal } = await baton.api.run({ goal: 'Judged.', plan: plan(task('a')) });
    const praised = await step(goal, 'feedback', 202, { score: 1, comment: 'Just so.' });
    expect(praised.feedback).toMatchObject([{ score: 1, comment: 'Just so.' }]);
    await step(goal, 'feedback', 202, { score: 0.25 });
    expect((await baton.api.goal(goal.id)).feedback).toHaveLength(2);
    await baton.api.problem('POST', `/v1/goals/${goal.id}/feedback`, 400, { body: { score: 2 } });
    await baton.api.problem('POST', `/v1/goals/${goal.id}/feedback`, 400, { body: { comment: 'x' } });
    const open = await awaiting({ goal: 'Not yet.', plan: plan(task('a')) });
    await baton.api.problem('POST', `/v1/goals/${open.id}/feedback`, 409, { body: { score: 1 } });
    await step(open, 'cancel', 202);
  });
});
