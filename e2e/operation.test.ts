import { beforeAll, expect, test } from 'vitest';
import type { Api } from './api.ts';
import { useBaton } from './baton.ts';
import { sample } from './metrics.ts';
import { plan, task } from './plans.ts';
import type { Program } from './program.ts';
import { until } from './until.ts';

const baton = useBaton({ orchestrator: { ROLE: 'api' }, environment: { GOAL_RETENTION: '5s' } });
let accepted = { id: '', status: '' };
let planner: Api;
let planning: Program;
beforeAll(async () => {
  const { id } = await baton.api.submit({ goal: 'What is 4 + 4?' });
  accepted = await baton.api.goal(id);
  ({ api: planner, program: planning } = await baton.startOrchestrator({ ROLE: 'planner' }));
});

test('the roles of the orchestrator can be split: one process takes goals, another plans and ends them', async () => {
  expect(accepted.status).toBe('accepted');
  const events = await baton.api.follow(accepted.id);
  expect(events.at(-1)?.event).toBe('goal.succeeded');
  const run = await baton.api.run({ goal: 'In two roles.', plan: plan(task('a'), task('b', ['a'])) });
  expect(run.goal.status).toBe('succeeded');
  expect((await planner.fetch('GET', '/readyz')).status).toBe(200);
  expect((await planner.fetch('GET', '/v1/goals')).status).toBe(404);
});

test('the retention removes a goal that has ended, and leaves what runs', async () => {
  const goal = 'Runs for longer than the retention.';
  await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
  const running = await baton.api.submit({ goal, plan: plan(task('a')) });
  const ended = await baton.api.run({ goal: 'Gone soon.', plan: plan(task('a')), labels: { of: 'old' } });
  expect(ended.goal.status).toBe('succeeded');
  const path = `/v1/goals/${ended.goal.id}`;
  await until('the goal is gone', async () => (await baton.api.fetch('GET', path)).status === 404);
  const { items } = await baton.api.json<{ items: { id: string }[] }>('GET', '/v1/goals', 200);
  expect(items.map(({ id }) => id)).toEqual([running.id]);
  const left = (await baton.keys()).filter((key) => key.includes(`:goal:${ended.goal.id}`));
  expect(left).toEqual([]);
  await baton.api.json('POST', `/v1/goals/${running.id}/cancel`, 202);
});

test('one of two processes tells of the fleet, and leaves that to the other when it stops', async () => {
  const told = async (api: Api): Promise<(number | null)[]> => {
    const text = await (await api.fetch('GET', '/metrics')).text();
    const goals = { queue: 'goals', state: 'waiting' };
    return [sample(text, 'baton_fleet_reporter'), sample(text, 'baton_queue_jobs', goals)];
  };
  for (let scrapes = 0; scrapes < 2; scrapes += 1) {
    expect(await told(planner)).toEqual([1, 0]);
    expect(await told(baton.api)).toEqual([0, null]);
  }
  planning.signal('SIGTERM');
  await planning.ended;
  expect(await told(baton.api)).toEqual([1, 0]);
});
