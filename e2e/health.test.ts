import { beforeAll, describe, expect, test } from 'vitest';
import { addressOf, useBaton } from './baton.ts';
import { sample } from './metrics.ts';
import { freePort } from '../scripts/ports.mjs';
import { checkMetrics, findPromtool } from '../scripts/prometheus/promtool.mjs';
import { plan, task } from './plans.ts';

const baton = useBaton({ workers: 0 });
const urls = { orchestrator: '', worker: '' };
beforeAll(async () => {
  urls.orchestrator = baton.api.url;
  urls.worker = await addressOf(await baton.startWorker({ HEALTH_PORT: String(await freePort()) }));
});

async function metricsOf(name: keyof typeof urls): Promise<string> {
  return (await fetch(`${urls[name]}/metrics`)).text();
}

describe.for(['orchestrator', 'worker'] as const)('the %s', (name) => {
  test.for(['/livez', '/readyz'])('is well at %s', async (path) => {
    const response = await fetch(`${urls[name]}${path}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('ok\n');
  });

  test('serves metrics of its own and of Node, and of no tenant or goal', async () => {
    const response = await fetch(`${urls[name]}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    const text = await response.text();
    const names = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of names) expect(line).toMatch(/^baton_/);
    expect(text).not.toMatch(/tenant|goal_id|goal_[0-9a-z]{20}/);
  });

  test('has one log line that says where it listens, and logs JSON lines', () => {
    const [program] = name === 'worker' ? baton.workers : [baton.orchestrator];
    const lines = program?.output().trim().split('\n') ?? [];
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; time: string; level: number });
    expect(parsed.filter(({ msg }) => msg === `listening on ${urls[name]}`)).toHaveLength(1);
    for (const { time } of parsed) expect(Number.isNaN(Date.parse(time))).toBe(false);
  });
});

test('the worker serves nothing else', async () => {
  expect((await fetch(`${urls.worker}/v1/goals`)).status).toBe(404);
});

test('the orchestrator says once that webhooks are not signed', () => {
  expect(baton.orchestrator.output().match(/WEBHOOK_SECRET is not set/g)).toHaveLength(1);
});

test('counters move with a goal', async () => {
  const goal = 'Counted.';
  const count = async () => {
    const [orchestrator, worker] = await Promise.all([metricsOf('orchestrator'), metricsOf('worker')]);
    const researcher = { worker_type: 'researcher', outcome: 'succeeded' };
    return {
      accepted: sample(orchestrator, 'baton_goals_accepted_total'),
      succeeded: sample(orchestrator, 'baton_goals_ended_total', { status: 'succeeded' }) ?? 0,
      posts:
        sample(orchestrator, 'baton_http_request_seconds_count', { route: '/v1/goals', status: '202' }) ?? 0,
      tasks: sample(worker, 'baton_tasks_ended_total', researcher) ?? 0,
      seconds: sample(worker, 'baton_task_seconds_count', { worker_type: 'researcher' }) ?? 0,
      retries: sample(worker, 'baton_model_retries_total', { cause: 'overloaded_error' }) ?? 0,
      calls: sample(worker, 'baton_model_calls_total', { stop_reason: 'end_turn' }) ?? 0,
      synthesisCalls: sample(orchestrator, 'baton_model_calls_total', { stop_reason: 'end_turn' }) ?? 0,
      tokens: Math.sign(sample(worker, 'baton_model_tokens_total', { kind: 'output' }) ?? 0),
      waits: sample(worker, 'baton_task_wait_seconds_count') ?? 0,
      answered: sample(worker, 'baton_model_call_seconds_count', { outcome: 'answered' }) ?? 0,
      refused: sample(worker, 'baton_model_call_seconds_count', { outcome: 'refused' }) ?? 0,
      phases: ['queued', 'planning', 'running', 'synthesis', 'total'].map(
        (phase) => sample(orchestrator, 'baton_goal_phase_seconds_count', { phase }) ?? 0,
      ),
    };
  };
  const before = await count();
  await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault: { kind: '529' } });
  await baton.api.run({ goal, plan: plan(task('a'), task('b')) });
  const after = await count();
  expect(before).toMatchObject({ accepted: 0, succeeded: 0, tasks: 0 });
  expect(after).toEqual({
    accepted: 1,
    succeeded: 1,
    posts: 1,
    tasks: 2,
    seconds: 2,
    retries: 1,
    calls: 2,
    synthesisCalls: 1,
    tokens: 1,
    waits: 2,
    answered: 2,
    refused: 1,
    // It was given its plan.
    phases: [1, 0, 1, 1, 1],
  });
  expect(sample(await metricsOf('worker'), 'baton_tasks_running', { worker_type: 'researcher' })).toBe(0);
});

test('the orchestrator tells what the fleet does, and the worker of itself alone', async () => {
  const [orchestrator, worker] = await Promise.all([metricsOf('orchestrator'), metricsOf('worker')]);
  expect(sample(orchestrator, 'baton_fleet_reporter')).toBe(1);
  expect(sample(worker, 'baton_fleet_reporter')).toBe(0);
  const researcher = { worker_type: 'researcher' };
  for (const [name, value] of [
    ['baton_worker_processes', 1],
    ['baton_worker_slots', 8],
    ['baton_worker_slots_wanted', 0],
  ] as const) {
    expect(sample(orchestrator, name, researcher), name).toBe(value);
    expect(sample(worker, name, researcher), name).toBeNull();
  }
  expect(sample(orchestrator, 'baton_goals', { status: 'running' })).toBe(0);
  expect(sample(orchestrator, 'baton_model_paused')).toBe(0);
  expect(sample(orchestrator, 'baton_redis_memory_bytes')).toBeGreaterThan(0);
  for (const [text, app] of [
    [orchestrator, 'orchestrator'],
    [worker, 'worker'],
  ] as const) {
    expect(sample(text, 'baton_build_info', { app })).toBe(1);
    expect(sample(text, 'baton_redis_ping_seconds')).toBeLessThan(1);
  }
});

test('promtool finds nothing wrong with what either of them tells', async ({ skip }) => {
  const found = await findPromtool();
  if ('refused' in found) {
    skip(found.refused);
    return;
  }
  for (const name of ['orchestrator', 'worker'] as const)
    expect(await checkMetrics(found.promtool, await metricsOf(name))).toBe('');
});
