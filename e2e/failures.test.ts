import { describe, expect, test } from 'vitest';
import { MOST_CONTINUATIONS } from '@baton/shared/model/continued-call';
import { useBaton } from './baton.ts';
import type { Fault } from './emulator.ts';
import { named, positionOf, type GoalEvent } from './events.ts';
import { plan, task } from './plans.ts';

const baton = useBaton();

function badRequest(message: string): Fault {
  return { kind: 'error', status: 400, type: 'invalid_request_error', message };
}

describe.concurrent('a task that fails for good', () => {
  const fatal: [string, Fault, RegExp][] = [
    ['a refused request', badRequest('no such thing'), /no such thing/],
    ['a refusal', { kind: 'refusal' }, /refused this task: Simulated refusal/],
    ['an empty answer', { kind: 'empty' }, /empty/],
    ['a spend limit', { kind: 'spend-429' }, /spend limit/],
  ];

  test.for(fatal)('by %s skips what depends on it and lets the rest run', async ([name, fault, reason]) => {
    const goal = `One task fails by ${name}.`;
    await baton.emulator.inject({ match: { contains: goal, task: 'bad' }, fault, times: 9 });
    const run = await baton.api.run({
      goal,
      plan: plan(
        task('good'),
        task('bad'),
        task('after', ['bad', 'good']),
        task('last', ['after']),
        task('free', ['good']),
      ),
    });
    expect(run.goal).toMatchObject({ status: 'partially_succeeded', error: null });
    expect(run.goal.output).not.toBeNull();
    const status = Object.fromEntries(run.goal.tasks.map((each) => [each.id, each.status]));
    expect(status).toEqual({
      good: 'succeeded',
      bad: 'failed',
      after: 'skipped',
      last: 'skipped',
      free: 'succeeded',
    });
    const errorsOf = (taskId: string): string =>
      run.goal.tasks.find(({ id }) => id === taskId)?.errors.join(' ') ?? '';
    expect(errorsOf('bad')).toMatch(reason);
    expect(errorsOf('after')).toContain('bad');
    expect(errorsOf('last')).toContain('after');
    expect(run.goal.missing.map(({ taskId }) => taskId)).toEqual(['bad', 'after', 'last']);
    for (const each of run.goal.missing) expect(each.reason).not.toBe('');
    expect(positionOf(run.events, 'task.failed', 'bad')).toBeLessThan(
      positionOf(run.events, 'task.skipped', 'after'),
    );
    expect(await baton.emulator.ofTask(goal, 'bad')).toMatchObject({ calls: 1 });
    expect(await baton.emulator.ofTask(goal, 'after')).toMatchObject({ calls: 0 });
    expect(run.events.at(-1)?.event).toBe('goal.partially_succeeded');
  });

  test('leaves nothing to answer with when no other succeeds', async () => {
    const goal = 'Every task fails.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'refusal' }, times: 9 });
    const run = await baton.api.run({ goal, plan: plan(task('a'), task('b'), task('c', ['a'])) });
    expect(run.goal).toMatchObject({ status: 'failed', output: null, error: { type: 'no_result' } });
    expect(run.goal.missing.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'c']);
    expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 2 });
    await baton.api.problem('GET', `/v1/goals/${run.goal.id}/output`, 409);
  });
});

describe.concurrent('a model call that fails for now is made again', () => {
  /** Whether the endpoint may have counted the failed call as paid. */
  const passing: [string, Fault, { paid: boolean }][] = [
    ['a rate limit', { kind: '429', retryAfter: 1 }, { paid: false }],
    ['an overload', { kind: '529' }, { paid: false }],
    ['a server error', { kind: '500' }, { paid: false }],
    ['a cut stream', { kind: 'cut' }, { paid: true }],
    ['a stream that ends early', { kind: 'fin' }, { paid: true }],
    ['a stream that is not JSON', { kind: 'malformed' }, { paid: true }],
    ['an error in the stream', { kind: 'sse-error' }, { paid: true }],
  ];

  test.for(passing)('after %s', async ([name, fault, { paid }]) => {
    const goal = `Retried after ${name}.`;
    await baton.emulator.inject({ match: { contains: goal, task: 'only' }, fault });
    const run = await baton.api.run({ goal, plan: plan(task('only')) });
    expect(run.goal).toMatchObject({ status: 'succeeded', tasks: [{ status: 'succeeded', errors: [] }] });
    const [retrying, ...others] = named(run.events, 'task.retrying');
    expect(others).toEqual([]);
    expect(retrying?.data).toMatchObject({
      taskId: 'only',
      reason: expect.any(String),
      delayMs: expect.any(Number),
    });
    expect(await baton.emulator.ofTask(goal, 'only')).toMatchObject({ calls: 2 });
    expect(run.goal.usage).toMatchObject({ calls: 2, possiblyRepeatedCalls: paid ? 1 : 0 });
    if (fault.kind === '429') expect(waitAfter(run.events, retrying)).toBeGreaterThanOrEqual(1_000);
  });

  test('by the planner and by the synthesiser too', async () => {
    const goal = 'Plan a weekend trip to Porto for two, with faults at both ends.';
    await baton.emulator.inject(
      { match: { contains: goal, role: 'planner' }, fault: { kind: '529' } },
      { match: { contains: goal, role: 'synthesiser' }, fault: { kind: 'cut' } },
    );
    const run = await baton.api.run({ goal });
    expect(run.goal.status).toBe('succeeded');
    const calls = (await baton.emulator.requests(goal)).map(({ role }) => role);
    for (const role of ['planner', 'synthesiser']) {
      expect(calls.filter((each) => each === role)).toHaveLength(2);
    }
    expect(run.goal.output).toContain('Porto');
  });
});

function waitAfter(events: readonly GoalEvent[], event: GoalEvent | undefined): number {
  const [end] = named(events, 'task.succeeded');
  return Date.parse(end?.data.at ?? '') - Date.parse(event?.data.at ?? '');
}

describe.concurrent('when a goal cannot be answered', () => {
  test('a spend limit fails it at once, in words that say what to do', async () => {
    const goal = 'Compare two towns, without any money.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'spend-429' }, times: 9 });
    const run = await baton.api.run({ goal });
    expect(run.goal).toMatchObject({ status: 'failed', error: { type: 'model_error' }, usage: { calls: 0 } });
    expect(run.goal.error?.message).toMatch(/spend limit.*raise the limit/);
    expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 1, paid: 0 });
  });

  test('a synthesis that is refused fails it and keeps what its tasks gave', async () => {
    const goal = 'The synthesis is refused.';
    await baton.emulator.inject({
      match: { contains: goal, role: 'synthesiser' },
      fault: { kind: 'refusal' },
    });
    const run = await baton.api.run({ goal, plan: plan(task('only')) });
    expect(run.goal).toMatchObject({
      status: 'failed',
      output: null,
      error: { type: 'model_refusal' },
      tasks: [{ status: 'succeeded', output: expect.any(String) }],
    });
  });
});

test('an answer that is cut off time and again is partial: others build on it, and the goal says what is missing', async () => {
  const goal = 'One answer is too long.';
  await baton.emulator.inject({
    match: { contains: goal, task: 'long' },
    fault: { kind: 'max_tokens' },
    times: 1 + MOST_CONTINUATIONS,
  });
  const run = await baton.api.run({ goal, plan: plan(task('long'), task('after', ['long'])) });
  expect(run.goal).toMatchObject({
    status: 'partially_succeeded',
    tasks: [{ status: 'partial', errors: [expect.stringContaining('cut off')] }, { status: 'succeeded' }],
    missing: [{ taskId: 'long' }],
  });
  expect(run.goal.tasks[0]?.output).not.toBe('');
  expect(named(run.events, 'task.partial')).toHaveLength(1);
});

test('an answer that was itself cut off is not called a success', async () => {
  const goal = 'The synthesis is too long.';
  const fault = { kind: 'max_tokens' as const };
  const times = 1 + MOST_CONTINUATIONS;
  await baton.emulator.inject({ match: { contains: goal, role: 'synthesiser' }, fault, times });
  const run = await baton.api.run({ goal, plan: plan(task('only')) });
  expect(run.goal.tasks).toMatchObject([{ status: 'succeeded' }]);
  expect(run.goal.status).not.toBe('succeeded');
});

test('a long pause that the endpoint asks for is waited out in the queue', async () => {
  const goal = 'Asked to come back in an hour.';
  await baton.emulator.inject({ match: { contains: goal }, fault: { kind: '429', retryAfter: 3_600 } });
  // Its model is paused for a minute: no test comes after this one.
  const { id } = await baton.api.submit({ goal, plan: plan(task('only', [], 'validator')) });
  const { data } = await baton.api.eventOf(id, 'task.retrying');
  expect(data['delayMs']).toBeGreaterThanOrEqual(3_600_000);
  await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 1 });
});
