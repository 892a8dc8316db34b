import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useBaton({
  orchestrator: { GOAL_DEADLINE: '2s' },
  worker: { WORKER_TYPES: 'researcher' },
});

function hang(goal: string): Promise<void> {
  return baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' }, times: 9 });
}

describe.concurrent('a goal that takes longer than its deadline', () => {
  test('expires within a second or two, its calls aborted and its tasks cancelled', async () => {
    const goal = 'A slow model and three seconds.';
    await hang(goal);
    const { goal: ended, events } = await baton.api.run({
      goal,
      options: { deadline: '3s' },
      plan: plan(task('slow'), task('after', ['slow'])),
    });
    expect(ended).toMatchObject({ status: 'expired', output: null, error: { type: 'deadline_exceeded' } });
    for (const each of ended.tasks) {
      expect(each).toMatchObject({ status: 'cancelled', errors: [expect.stringContaining('deadline')] });
    }
    expect(events.at(-1)?.event).toBe('goal.expired');
    expect(named(events, 'task.cancelled')).toHaveLength(2);
    const tookMs = Date.parse(ended.finishedAt ?? '') - Date.parse(ended.createdAt);
    expect(tookMs).toBeGreaterThanOrEqual(3_000);
    expect(tookMs).toBeLessThan(6_000);
    await until('the call is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);
    await baton.api.problem('GET', `/v1/goals/${ended.id}/output`, 409);
  });

  test('expires while it is planned', async () => {
    const goal = 'Plan a weekend trip to Turku, within three seconds.';
    await hang(goal);
    const { goal: ended } = await baton.api.run({ goal, options: { deadline: '3s' } });
    expect(ended).toMatchObject({ status: 'expired', plan: null, tasks: [] });
    await until('the planner is aborted', async () => (await baton.emulator.ofGoal(goal)).aborted === 1);
  });

  test("expires by the server's deadline when it has none of its own", async () => {
    const [short, long] = ['The deadline of the server.', 'A longer deadline of its own.'];
    await Promise.all([hang(short), hang(long)]);
    const { id } = await baton.api.submit({
      goal: long,
      options: { deadline: '10m' },
      plan: plan(task('a')),
    });
    const { goal: ended } = await baton.api.run({ goal: short, plan: plan(task('a')) });
    expect(ended.status).toBe('expired');
    expect((await baton.api.goal(id)).status).toBe('running');
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
  });

  test('leaves no job behind of what had not ended', async () => {
    const goal = 'Expired with a task that nobody serves.';
    const { goal: ended } = await baton.api.run({
      goal,
      options: { deadline: '1s' },
      plan: plan(task('unserved', [], 'coder'), task('after', ['unserved'])),
    });
    expect(ended.status).toBe('expired');
    await until('its jobs are gone', async () =>
      (await baton.keys()).every((key) => !key.includes(`:${ended.id}.`)),
    );
  });

  test('can be retried, with the same deadline from then on', async () => {
    const goal = 'Expired and retried.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const { goal: expired } = await baton.api.run({
      goal,
      options: { deadline: '3s' },
      plan: plan(task('a')),
    });
    expect(expired.status).toBe('expired');
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const retriedAt = Date.now();
    await baton.api.json('POST', `/v1/goals/${expired.id}/retry`, 202);
    await baton.api.follow(expired.id);
    const again = await baton.api.goal(expired.id);
    expect(again.status).toBe('expired');
    expect(Date.parse(again.finishedAt ?? '')).toBeGreaterThanOrEqual(retriedAt + 2_500);
    await baton.api.json('POST', `/v1/goals/${expired.id}/retry`, 202);
    await baton.api.follow(expired.id);
    expect((await baton.api.goal(expired.id)).status).toBe('succeeded');
  });
});

test.for([
  ['ten minutes', 'must be a whole number and a unit, such as 90s, 10m, 2h or 7d'],
  ['31d', 'must be at most 30d'],
  [600, 'must be a duration such as "10m"'],
])('a deadline of %j is refused in words that help', async ([deadline, message]) => {
  const body = { goal: 'Never run.', options: { deadline } };
  expect(await baton.api.problem('POST', '/v1/goals', 400, { body })).toMatchObject({
    type: 'urn:baton:problem:invalid_request',
    errors: [{ path: 'options.deadline', message }],
  });
});
