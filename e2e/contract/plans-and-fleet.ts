import type { AnalyticsReport } from '@baton/shared/contract/analytics';
import type { DryRun, PlanCheck } from '@baton/shared/contract/planning';
import type { Stats } from '@baton/shared/contract/stats';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../api.ts';
import { plan, task } from '../plans.ts';
import type { World } from './world.ts';

/** What can be had without a goal. */
export function plansAndFleet(world: World): void {
  let api: Api;
  beforeAll(() => {
    api = world.client('acme');
  });
  const make = (body: unknown): Promise<DryRun> => api.json('POST', '/v1/plans', 200, { body });
  const check = (body: unknown): Promise<PlanCheck> => api.json('POST', '/v1/plans/validate', 200, { body });

  test('plans are made without a goal', async () => {
    const before = await api.json<{ items: unknown[] }>('GET', '/v1/goals?limit=1', 200);
    const made = await make({ goal: 'Compare tea and coffee in depth.', options: { maxTasks: 5 } });
    expect(made).toMatchObject({ mode: 'plan', answer: null, simulated: true });
    expect(await check({ analysis: made.analysis, tasks: made.tasks })).toEqual({
      valid: true,
      violations: [],
    });
    expect(await make({ goal: 'What is 1 + 2?' })).toMatchObject({ mode: 'direct', tasks: [] });
    expect(await api.json('GET', '/v1/goals?limit=1', 200)).toEqual(before);
  });

  test('plans are refused for bad requests, and when the model can not', async () => {
    const bad = await api.problem('POST', '/v1/plans', 400, { body: { goal: 'A.', webhook: null } });
    expect(bad.errors).toMatchObject([{ path: 'webhook' }]);
    const text = 'Cannot be planned.';
    await world.baton.emulator.inject({ match: { contains: text }, fault: { kind: 'bad-plan' }, times: 9 });
    const failed = await api.problem('POST', '/v1/plans', 502, { body: { goal: text } });
    expect(failed.type).toBe('urn:baton:problem:model_failed');
    await world.baton.emulator.clearFaults();
  });

  test('plans are checked against every law, and against options', async () => {
    const circular = plan(task('a', ['b']), task('b', ['a', 'x']));
    const { valid, violations } = await check(circular);
    expect(valid).toBe(false);
    expect(violations.map(({ law }) => law)).toEqual(['known_dependencies', 'no_cycle']);
    const two = plan(task('a'), task('b'));
    expect(await check({ plan: two, options: { maxTasks: 1 } })).toMatchObject({
      valid: false,
      violations: [{ law: 'task_limit' }],
    });
    await api.problem('POST', '/v1/plans/validate', 400, { body: { plan: two, options: { maxTask: 1 } } });
  });

  test('what was used is told as a table, too', async () => {
    const table = await api.fetch('GET', '/v1/usage?by=model', { headers: { accept: 'text/csv' } });
    expect(table.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(await table.text()).toMatch(/^model,calls,/);
  });

  test('how goals went is told of the days, the recipe and the labels that are asked for', async () => {
    const of = (query: string): Promise<AnalyticsReport> => api.json('GET', `/v1/analytics${query}`, 200);
    const described = await of('?label.kind=described');
    expect(described.goals).toMatchObject({ considered: 1, open: 0, statuses: { succeeded: 1 } });
    expect((await of('?label.kind=nothing')).goals.considered).toBe(0);
    expect((await of('?recipe=report&label.kind=described')).goals.considered).toBe(0);
    const bad = await api.problem('GET', '/v1/analytics?from=2026-01-01&to=2025-01-01&form=x', 400);
    expect(bad.errors).toMatchObject([{ path: 'form', message: expect.stringContaining('"from"') }]);
  });

  test('the fleet shows what it can do', async () => {
    const { items } = await api.json<{ items: { type: string; workers: number }[] }>(
      'GET',
      '/v1/worker-types',
      200,
    );
    expect(items).toContainEqual(expect.objectContaining({ type: 'researcher', workers: 1 }));
    const recipes = await api.json<{ items: { name: string }[] }>('GET', '/v1/recipes', 200);
    expect(recipes.items.map(({ name }) => name)).toContain('report');
    const { workerTypes } = await api.json<Stats>('GET', '/v1/stats', 200);
    expect(workerTypes).toContainEqual(
      expect.objectContaining({ type: 'researcher', waiting: 0, workers: 1, slotsWanted: 0 }),
    );
  });
}
