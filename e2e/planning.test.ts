import { isDeepStrictEqual } from 'node:util';
import type { DryRun, PlanCheck } from '@baton/shared/contract/planning';
import type { Stats, WorkerTypeStats } from '@baton/shared/contract/stats';
import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useBaton({ worker: { WORKER_CONCURRENCY: '1', WORKER_TYPES: 'researcher,writer' } });

/** Keys that come and go by themselves: counters of requests, leases, and what BullMQ's workers leave for each other. */
const passing = /:rate:|:(stalled-check|marker|meta)$|:(watch|batcher|fleet-reporter)$/;
/** What the fleet knows of its models and of what tenants have used, whoever asked. */
const ofTheFleet = /:(model|samples|usage):|:models$/;

async function lastingKeys(): Promise<string[]> {
  return (await baton.keys()).filter((key) => !passing.test(key) && !ofTheFleet.test(key));
}

function dryRun(goal: string, options: object = {}): Promise<DryRun> {
  return baton.api.json('POST', '/v1/plans', 200, { body: { goal, options } });
}

function check(body: unknown): Promise<PlanCheck> {
  return baton.api.json('POST', '/v1/plans/validate', 200, { body });
}

describe('a dry run', () => {
  test('makes a plan that is valid and can be submitted, and leaves nothing behind', async () => {
    const goal = 'Compare three bicycles for a long commute, planned first and run later.';
    const before = await lastingKeys();
    const { answer, simulated, usage, forecast, ...made } = await dryRun(goal, {
      workerTypes: ['researcher', 'writer'],
      maxTasks: 4,
    });
    expect(await lastingKeys()).toEqual(before);
    expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 1, paid: 1 });
    expect(made).toMatchObject({ mode: 'plan', analysis: expect.any(String) });
    expect(made.tasks.length).toBeGreaterThan(1);
    expect(made.tasks.length).toBeLessThanOrEqual(4);
    expect([answer, simulated]).toEqual([null, true]);
    expect(forecast?.tasks.map(({ taskId }) => taskId)).toEqual(made.tasks.map(({ id }) => id));
    expect(usage).toMatchObject({ calls: 1, possiblyRepeatedCalls: 0, costUsd: expect.any(Number) });
    expect(usage.inputTokens).toBeGreaterThan(0);

    expect(await check(made)).toEqual({ valid: true, violations: [] });
    const options = { workerTypes: ['researcher'] };
    expect(await check({ plan: made, options })).toMatchObject({
      valid: false,
      violations: [{ law: 'known_workers' }],
    });
    expect(await lastingKeys()).toEqual(before);

    const run = await baton.api.run({ goal, plan: made });
    expect(run.goal).toMatchObject({ status: 'succeeded', plan: made });
  });

  test('answers where the goal needs no plan', async () => {
    expect(await dryRun('What is 6 * 7?')).toMatchObject({
      mode: 'direct',
      tasks: [],
      answer: expect.stringContaining('6 * 7 = 42'),
    });
  });

  test('has an unlawful plan repaired, and tells what is still wrong with one that can not be', async () => {
    const goal = 'Write a report on moss, planned unlawfully at first.';
    const rule = { match: { contains: goal }, fault: { kind: 'bad-plan', which: 'cycle' } } as const;
    await baton.emulator.inject(rule);
    expect(await dryRun(goal)).toMatchObject({ mode: 'plan', usage: { calls: 2 } });
    await baton.emulator.inject({ ...rule, times: 3 });
    const problem = await baton.api.problem('POST', '/v1/plans', 502, { body: { goal } });
    expect(problem).toMatchObject({
      type: 'urn:baton:problem:model_failed',
      errors: [{ path: 'tasks[0].dependencies[0]', message: expect.stringContaining('circle') }],
    });
  });

  test('takes its call off the wire when the client goes', async () => {
    const goal = 'Write a report on ferns that nobody waits for.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const client = new AbortController();
    const reply = fetch(`${baton.api.url}/v1/plans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ goal }),
      signal: client.signal,
    });
    await until('the model is asked', async () => (await baton.emulator.ofGoal(goal)).calls === 1);
    client.abort();
    await expect(reply).rejects.toThrow();
    await until('the call is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);
  });

  test('refuses a request that names what there is not, and asks no model', async () => {
    const goal = 'Write a report on an unknown worker type.';
    const body = { goal, recipe: 'reprot', options: { workerTypes: ['reseacher'] } };
    const { errors } = await baton.api.problem('POST', '/v1/plans', 400, { body });
    expect(errors?.map(({ path, message }) => [path, message.includes('Did you mean')])).toEqual([
      ['options.workerTypes[0]', true],
      ['recipe', true],
    ]);
    expect((await baton.emulator.ofGoal(goal)).calls).toBe(0);
  });

  // The planner's model rests after it.
  test('tells when an overloaded model may be asked again, and asks it for nobody until then', async () => {
    const goal = 'Write a report on lichen while the model is overloaded.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: '429', retryAfter: 90 } });
    const response = await baton.api.fetch('POST', '/v1/plans', { body: { goal } });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(90);
    expect(await response.json()).toMatchObject({ type: 'urn:baton:problem:unavailable' });

    const another = 'Write a report on moss after the model was overloaded.';
    const { status } = await baton.api.fetch('POST', '/v1/plans', { body: { goal: another } });
    expect(status).toBe(503);
    expect((await baton.emulator.ofGoal(another)).calls).toBe(0);
  });
});

describe('the backlog of the fleet', () => {
  async function researchers(): Promise<WorkerTypeStats> {
    const { workerTypes } = await baton.api.json<Stats>('GET', '/v1/stats', 200);
    const found = workerTypes.find(({ type }) => type === 'researcher');
    if (!found) throw new Error('no researchers');
    return found;
  }

  test('tells what waits, what runs and what could run', async () => {
    const goal = 'Three subjects for one slot, and a call that hangs.';
    await baton.emulator.inject({ match: { contains: goal, role: 'task' }, fault: { kind: 'hang' } });
    const { id } = await baton.api.submit({
      goal,
      plan: plan(task('a'), task('b'), task('c'), task('d', ['a', 'b'])),
    });
    await until('one runs and two wait', async () => {
      const { active, waiting } = await researchers();
      return active === 1 && waiting === 2;
    });
    const first = await researchers();
    expect(first).toMatchObject({ type: 'researcher', delayed: 0, workers: 1, slots: 1, slotsWanted: 3 });
    const oldest = first.oldestWaitingMs ?? -1;
    expect(oldest).toBeGreaterThanOrEqual(0);
    await until('it waits on', async () => ((await researchers()).oldestWaitingMs ?? 0) > oldest + 100);

    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
    await until('nothing waits', async () => {
      const { active, waiting, oldestWaitingMs } = await researchers();
      return active === 0 && waiting === 0 && oldestWaitingMs === null;
    });
  });

  test('has every known type, and the queues of the orchestrator', async () => {
    const idle = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };
    const { workerTypes } = await until('goals and answers have been seen to', async () => {
      const stats = await baton.api.json<Stats>('GET', '/v1/stats', 200);
      const { planning, synthesis } = stats;
      return isDeepStrictEqual([planning, synthesis], [idle, idle]) && stats;
    });
    expect(workerTypes.find(({ type }) => type === 'coder')).toEqual({
      type: 'coder',
      ...idle,
      workers: 0,
      slots: 0,
      slotsWanted: 0,
    });
    await baton.api.problem('POST', '/v1/stats', 405);
  });
});
