import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Goal } from '@baton/shared/contract/goal';
import { describe, expect, test } from 'vitest';
import { useSharedBaton } from './baton.ts';
import { named, type GoalEvent } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useSharedBaton();
const COMMAND = fileURLToPath(new URL('../packages/client/dist/main.js', import.meta.url));

function retry(goalId: string): Promise<Goal> {
  return baton.api.json('POST', `/v1/goals/${goalId}/retry`, 202);
}

const names = (events: readonly GoalEvent[]): string[] => events.map(({ event }) => event);

async function callsOf(goal: string, ...tasks: string[]): Promise<Record<string, number>> {
  const tallies = await Promise.all(
    tasks.map(async (id) => [id, (await baton.emulator.ofTask(goal, id)).calls] as const),
  );
  return Object.fromEntries(tallies);
}

async function callsOfRole(goal: string, role: string): Promise<number> {
  return (await baton.emulator.requests(goal)).filter((request) => request.role === role).length;
}

/** A goal of which one task was refused, once, and another skipped for it. */
async function partlyDone(goal: string): Promise<{ id: string; events: readonly GoalEvent[] }> {
  const fault = { kind: 'error', status: 400, type: 'invalid_request_error', message: 'no' } as const;
  await baton.emulator.inject({ match: { contains: goal, task: 'bad' }, fault });
  const run = await baton.api.run({
    goal,
    plan: plan(task('good'), task('bad'), task('after', ['good', 'bad']), task('free', ['good'])),
  });
  expect(run.goal.status).toBe('partially_succeeded');
  return { id: run.goal.id, events: run.events };
}

describe.concurrent('retrying a goal', () => {
  test('runs again what failed and what was skipped for it, and pays for nothing twice', async () => {
    const goal = 'Retried after one task was refused.';
    const { id, events: first } = await partlyDone(goal);
    const retried = await retry(id);
    expect(retried).toMatchObject({ id, finishedAt: null, output: null, error: null, missing: [] });
    const life = await baton.api.follow(id);

    const ended = await baton.api.goal(id);
    expect(ended).toMatchObject({ status: 'succeeded', missing: [] });
    expect(ended.tasks.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'succeeded'));
    expect(await callsOf(goal, 'good', 'bad', 'after', 'free')).toEqual({
      good: 1,
      bad: 2,
      after: 1,
      free: 1,
    });
    expect(await callsOfRole(goal, 'synthesiser')).toBe(2);
    expect(ended.usage).toMatchObject({ calls: 6, possiblyRepeatedCalls: 0 });

    expect(life.slice(0, first.length)).toEqual(first);
    expect(life[first.length]).toMatchObject({
      event: 'goal.retried',
      data: { taskIds: ['bad', 'after'] },
    });
    const again = life.slice(first.length);
    expect(named(again, 'task.started').map(({ data }) => data.taskId)).toEqual(['bad', 'after']);
    expect(names(life).filter((name) => /^goal\.(partially_)?succeeded$/.test(name))).toEqual([
      'goal.partially_succeeded',
      'goal.succeeded',
    ]);
    expect(life.map((event) => event.id)).toEqual(life.map((_, index) => String(index + 1)));
    expect(await baton.api.follow(id, first.at(-1)?.id)).toEqual(again);
    await baton.api.problem('POST', `/v1/goals/${id}/retry`, 409);
  });

  test('has it planned anew when there was no plan', async () => {
    const goal = 'Plan a weekend trip to Lund, refused at first.';
    await baton.emulator.inject({ match: { contains: goal, role: 'planner' }, fault: { kind: 'refusal' } });
    const { goal: failed } = await baton.api.run({ goal });
    expect(failed).toMatchObject({ status: 'failed', error: { type: 'model_refusal' }, plan: null });
    await retry(failed.id);
    const life = await baton.api.follow(failed.id);
    expect(life.at(-1)?.event).toBe('goal.succeeded');
    expect(names(life).slice(0, 5)).toEqual([
      'goal.accepted',
      'goal.planning',
      'goal.failed',
      'goal.retried',
      'goal.planning',
    ]);
    expect(await callsOfRole(goal, 'planner')).toBe(2);
  });

  test('puts the answer together again when only that had failed', async () => {
    const goal = 'Its synthesis is refused, then not.';
    await baton.emulator.inject({
      match: { contains: goal, role: 'synthesiser' },
      fault: { kind: 'refusal' },
    });
    const { goal: failed } = await baton.api.run({ goal, plan: plan(task('a'), task('b', ['a'])) });
    expect(failed).toMatchObject({ status: 'failed', error: { type: 'model_refusal' } });
    await retry(failed.id);
    const life = await baton.api.follow(failed.id);
    expect(life.at(-1)?.event).toBe('goal.succeeded');
    expect(await callsOf(goal, 'a', 'b')).toEqual({ a: 1, b: 1 });
    expect((await baton.api.goal(failed.id)).output).not.toBeNull();
  });

  test('goes on with a goal that was cancelled, though its cancelled calls are hardly over', async () => {
    const goal = 'Cancelled and retried at once.';
    await baton.emulator.inject({ match: { contains: goal, task: 'slow' }, fault: { kind: 'hang' } });
    const { id } = await baton.api.submit({ goal, plan: plan(task('quick'), task('slow', ['quick'])) });
    await until('a task waits for the model', async () => (await callsOf(goal, 'slow'))['slow'] === 1);
    await baton.api.problem('POST', `/v1/goals/${id}/retry`, 409);
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
    await retry(id);
    const life = await baton.api.follow(id);
    expect(life.at(-1)?.event).toBe('goal.succeeded');
    expect(await callsOf(goal, 'quick', 'slow')).toEqual({ quick: 1, slow: 2 });
  });

  test('fails and is retried again and again, until nothing is left to do', async () => {
    const goal = 'Retried twice.';
    const fault = { kind: 'refusal' } as const;
    await baton.emulator.inject({ match: { contains: goal, task: 'b' }, fault, times: 2 });
    const { goal: first } = await baton.api.run({ goal, plan: plan(task('a'), task('b', ['a'])) });
    expect(first.status).toBe('partially_succeeded');
    for (const status of ['partially_succeeded', 'succeeded']) {
      await retry(first.id);
      await baton.api.follow(first.id);
      expect((await baton.api.goal(first.id)).status).toBe(status);
    }
    expect(await callsOf(goal, 'a', 'b')).toEqual({ a: 1, b: 3 });
  });

  test('is refused for a goal that is not there', async () => {
    expect(await baton.api.problem('POST', '/v1/goals/goal_nothing/retry', 404)).toMatchObject({
      type: 'urn:baton:problem:not_found',
    });
  });
});

test('baton retry follows the goal from its beginning to its new end', async () => {
  const { id } = await partlyDone('Retried from the command line.');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    COMMAND,
    'retry',
    id,
    '--url',
    baton.api.url,
  ]);
  const ended = await baton.api.goal(id);
  expect(ended.status).toBe('succeeded');
  expect(stdout).toBe(`${ended.output}\n`);
  expect(stderr).toMatch(/goal partially succeeded[^]*goal retried[^]*goal succeeded/);
});
