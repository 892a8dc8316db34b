import { describe, expect, test } from 'vitest';
import type { Goal } from '@baton/shared/contract/goal';
import { useBaton } from './baton.ts';
import { fixture } from './fixtures.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useBaton({ environment: { BATON_WORKERS: fixture('workers.mjs') } });

const lister = (items: string) => ({ ...task('list', [], 'lister'), description: items });
const forEach = (worker = 'writer') => ({ ...task('each', ['list'], worker), forEach: 'list' });
const taskOf = (goal: Goal, id: string) => goal.tasks.find((each) => each.id === id);

/** A planner that always splits, into a project and a small task. */
async function alwaysSplits(goal: string): Promise<void> {
  const tasks = [
    { ...task('deeper', [], 'orchestrator'), description: `Go deeper into ${goal}` },
    { ...task('note', [], 'writer'), description: `Write a note on ${goal}` },
  ].map((each) => ({ ...each, requirements: [], priority: 'medium', complexity: 'medium' }));
  const text = JSON.stringify({ mode: 'plan', analysis: 'Split.', answer: null, tasks });
  await baton.emulator.inject({
    match: { role: 'planner', contains: goal },
    fault: { kind: 'text', text },
    times: 50,
  });
}

describe('one task per item of a list', () => {
  test('each is told of its own item, and the dependent of all results', async () => {
    const goal = 'Describe three towns.';
    const tasks = plan(lister('Ghent, Lier, Mons'), forEach(), task('sum', ['each']));
    const run = await baton.api.run({ goal, plan: tasks });
    expect(run.goal.status).toBe('succeeded');
    const each = taskOf(run.goal, 'each');
    expect(each?.subGoal).toMatchObject({
      status: 'succeeded',
      tasks: [{ id: 'item-1', metadata: { item: 'Ghent' } }, { id: 'item-2' }, { id: 'item-3' }],
    });
    const requests = await baton.emulator.requests(goal);
    const promptOf = (id: string): string =>
      requests.find((request) => request.task === id)?.body.messages[0]?.content ?? '';
    expect(promptOf('item-1')).toContain('Ghent');
    expect(promptOf('item-1')).not.toMatch(/Lier|Mons/);
    expect(promptOf('item-3')).toContain('Mons');
    expect(promptOf('item-3')).not.toMatch(/Ghent|Lier/);
    for (const { output } of each?.subGoal?.tasks ?? []) expect(output).not.toBeNull();
    for (const heading of ['## 1. Ghent', '## 2. Lier', '## 3. Mons'])
      expect(promptOf('sum')).toContain(heading);
    expect(requests.filter(({ role }) => role === 'synthesiser')).toHaveLength(1);
    expect(run.goal.usage.calls).toBe(requests.length);
    expect(each?.usage.calls).toBe(3);

    const sub = await baton.api.goal(each?.subGoal?.id ?? '');
    expect(sub.parent).toEqual({ goalId: run.goal.id, taskId: 'each' });
    const told = named(run.events, 'task.progress').filter(({ data }) => data['subGoal'] === sub.id);
    expect(told.length).toBeGreaterThan(0);
    const { items } = await baton.api.json<{ items: Goal[] }>('GET', '/v1/goals?limit=100', 200);
    expect(items.map(({ id }) => id)).not.toContain(sub.id);
    const problem = await baton.api.problem('POST', `/v1/goals/${sub.id}/retry`, 409);
    expect(problem.detail).toContain(run.goal.id);
  });

  test('a retry of the goal does again what failed for an item, and no other', async () => {
    const goal = 'Describe two hills.';
    await baton.emulator.inject({ match: { contains: goal, task: 'item-2' }, fault: { kind: 'refusal' } });
    const run = await baton.api.run({ goal, plan: plan(lister('Kemmel, Cassel'), forEach()) });
    expect(run.goal.status).toBe('partially_succeeded');
    const each = taskOf(run.goal, 'each');
    expect(each).toMatchObject({ status: 'partial', errors: [expect.stringContaining('item-2')] });
    await baton.api.json('POST', `/v1/goals/${run.goal.id}/retry`, 202);
    const again = await until('the retried goal succeeds', async () => {
      const now = await baton.api.goal(run.goal.id);
      return now.status === 'succeeded' && now;
    });
    expect(taskOf(again, 'each')?.subGoal?.id).toBe(each?.subGoal?.id);
    expect(await baton.emulator.ofTask(goal, 'item-1')).toMatchObject({ calls: 1 });
    expect(await baton.emulator.ofTask(goal, 'item-2')).toMatchObject({ calls: 2 });
  });
});

describe('a task that is a project', () => {
  test('goes no deeper than three levels, whatever the planner says', async () => {
    const goal = 'Dig without an end.';
    await alwaysSplits(goal);
    const tasks = plan({ ...task('deep', [], 'orchestrator'), description: `Dig: ${goal}` }, task('near'));
    const run = await baton.api.run({ goal, plan: tasks });
    expect(run.goal.status).toBe('partially_succeeded');
    const second = taskOf(run.goal, 'deep')?.subGoal;
    const third = second?.tasks.find(({ id }) => id === 'deeper')?.subGoal;
    expect(second?.status).toBe('partially_succeeded');
    expect(third).toMatchObject({ status: 'failed', tasks: [] });
    expect((await baton.api.goal(third?.id ?? '')).error).toMatchObject({ type: 'plan_invalid' });
    const planned = (await baton.emulator.requests(goal)).filter(({ role }) => role === 'planner');
    expect(planned).toHaveLength(1 + 3);
    expect(run.goal.usage.calls).toBe((await baton.emulator.requests(goal)).length);
    await baton.emulator.clearFaults();
  });

  test('ends with the goal that it is for', async () => {
    const goal = 'Never come to an end.';
    await baton.emulator.inject({
      match: { contains: goal, role: 'task' },
      fault: { kind: 'hang' },
      times: 50,
    });
    const { id } = await baton.api.submit({ goal, plan: plan(lister('Oslo, Rome'), forEach()) });
    const subId = await until('the items run', async () => {
      const sub = taskOf(await baton.api.goal(id), 'each')?.subGoal;
      return sub?.tasks.length === 2 && sub.tasks.every(({ status }) => status === 'running') && sub.id;
    });
    // A task that runs has not asked the model yet.
    await until('both ask', async () => (await baton.emulator.ofGoal(goal)).calls === 2);
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
    const sub = await baton.api.goal(subId);
    expect(sub.status).toBe('cancelled');
    expect(sub.tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    await until('its calls are broken off', async () => (await baton.emulator.ofGoal(goal)).aborted === 2);
    await baton.emulator.clearFaults();
  });
});
