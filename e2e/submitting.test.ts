import type { GoalBatchItem } from '@baton/shared/contract/goal-batch';
import type { Goal } from '@baton/shared/contract/goal';
import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const baton = useBaton();

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return baton.api.fetch('POST', '/v1/goals', { body, headers });
}

async function goalOf(response: Response): Promise<Goal> {
  return (await response.json()) as Goal;
}

describe('an Idempotency-Key', () => {
  test('makes one goal of fifty requests at once', async () => {
    const body = { goal: 'Once, please.', plan: plan(task('a')) };
    const headers = { 'idempotency-key': 'fifty' };
    const replies = await Promise.all(Array.from({ length: 50 }, () => post(body, headers)));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(49);
    for (const { status, headers: reply } of replies) {
      expect(reply.get('idempotency-replayed')).toBe(status === 200 ? 'true' : null);
    }
    const ids = await Promise.all(replies.map(async (reply) => (await goalOf(reply)).id));
    expect(new Set(ids).size).toBe(1);
    await baton.api.follow(ids[0] ?? '');
    expect(await goalOf(await post(body, headers))).toMatchObject({ id: ids[0], status: 'succeeded' });
  });

  test("with another body is refused, and is its own tenant's", async () => {
    const headers = { 'idempotency-key': 'other-body' };
    expect((await post({ goal: 'One.' }, headers)).status).toBe(202);
    const goalsMade = async (): Promise<string[]> =>
      (await baton.keys()).flatMap((key) => /:idempotency:.*|goal_[^:]+$/.exec(key)?.[0] ?? []).toSorted();
    const before = await goalsMade();
    const refused = await post({ goal: 'Two.' }, headers);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ type: 'urn:baton:problem:idempotency_mismatch' });
    expect(await goalsMade()).toEqual(before);
  });

  test('whose goal is no longer kept makes no other one', async () => {
    const body = { goal: 'Forgotten soon.', plan: plan(task('a')) };
    const headers = { 'idempotency-key': 'forgotten', prefer: 'wait=30' };
    const { id } = await goalOf(await post(body, headers));
    await baton.redis.unlink((await baton.keys()).filter((key) => key.includes(`:goal:${id}`)));
    const replayed = await post(body, headers);
    expect(replayed.status).toBe(409);
    expect(await replayed.json()).toMatchObject({
      detail: expect.stringContaining('no longer kept') as string,
    });
  });

  test('of a refused request is free', async () => {
    const headers = { 'idempotency-key': 'first-bad' };
    expect((await post({ gaol: 'Bad.' }, headers)).status).toBe(400);
    expect((await post({ goal: 'Good.' }, headers)).status).toBe(202);
  });
});

describe('Prefer: wait', () => {
  test('answers with the goal that has ended', async () => {
    const reply = await post({ goal: 'Soon.', plan: plan(task('a')) }, { prefer: 'wait=30' });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('preference-applied')).toBe('wait=30');
    expect(await goalOf(reply)).toMatchObject({ status: 'succeeded', output: expect.any(String) });
  });

  test('answers 202 when the goal takes longer, and goes with whoever hangs up', async () => {
    const goal = 'Hangs while somebody waits.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const reply = await post({ goal, plan: plan(task('a')) }, { prefer: 'wait=1' });
    expect(reply.status).toBe(202);
    const { id, status } = await goalOf(reply);
    expect(status).toBe('running');
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
  });

  test('waits for the goal of an earlier request, too', async () => {
    const body = { goal: 'Twice, waiting.', plan: plan(task('a')) };
    const headers = { 'idempotency-key': 'waiting', prefer: 'wait=30' };
    const replies = await Promise.all([post(body, headers), post(body, headers)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const goals = await Promise.all(replies.map(goalOf));
    expect(goals.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(goals[0]?.id).toBe(goals[1]?.id);
  });
});

describe('a batch', () => {
  const send = async (
    body: unknown,
    headers: Record<string, string> = {},
    api = baton.api,
  ): Promise<GoalBatchItem[]> => {
    const call = { body, headers };
    const { items } = await api.json<{ items: GoalBatchItem[] }>('POST', '/v1/goals/batch', 207, call);
    return items;
  };

  test('takes each goal as if it had come alone, and can be sent again', async () => {
    const goals = [
      { goal: 'First.', plan: plan(task('a')) },
      { goal: '' },
      { goal: 'Third.', plan: plan(task('a', ['b'])) },
      'no goal',
      { goal: 'Fifth.', plan: plan(task('a')) },
    ];
    const headers = { 'idempotency-key': 'batch' };
    const items = await send({ goals }, headers);
    expect(items.map(({ index, status }) => [index, status])).toEqual([
      [0, 202],
      [1, 400],
      [2, 400],
      [3, 400],
      [4, 202],
    ]);
    expect(items[2]?.problem?.errors?.[0]?.path).toBe('plan.tasks[0].dependencies[0]');
    const again = await send({ goals }, headers);
    expect(again.map(({ status }) => status)).toEqual([200, 400, 400, 400, 200]);
    expect(again[4]?.goal?.id).toBe(items[4]?.goal?.id);
    for (const { goal } of items)
      if (goal) expect((await baton.api.follow(goal.id)).at(-1)?.event).toBe('goal.succeeded');
  });

  test('of a thousand goals is taken whole, up to what the tenant may have open', async ({
    onTestFinished,
  }) => {
    // Nobody works on what this process takes.
    const idle = `${baton.prefix}-idle`;
    const environment = { ROLE: 'api', BATON_PREFIX: idle, TENANT_MAX_GOALS: '1300' };
    const { api } = await baton.startOrchestrator(environment);
    onTestFinished(async () => {
      for await (const page of baton.redis.scanStream({ match: `{${idle}}*`, count: 1_000 })) {
        if ((page as string[]).length > 0) await baton.redis.unlink(page as string[]);
      }
    });
    const goals = Array.from({ length: 1_000 }, (_, place) => ({ goal: `Goal ${place}` }));
    const items = await send(goals, {}, api);
    expect(items.filter(({ status }) => status === 202)).toHaveLength(1_000);
    expect(new Set(items.map(({ goal }) => goal?.id)).size).toBe(1_000);
    const more = await send({ goals }, {}, api);
    expect(more.filter(({ status }) => status === 202)).toHaveLength(300);
    const full = more.filter(({ status }) => status === 429);
    expect(full).toHaveLength(700);
    expect(full[0]?.problem?.type).toBe('urn:baton:problem:too_many_goals');
    const single = await api.fetch('POST', '/v1/goals', { body: { goal: 'One more.' } });
    expect(single.status).toBe(429);
    expect(single.headers.get('retry-after')).not.toBeNull();
  });

  const tooMany = Array.from({ length: 1_001 }, () => ({ goal: 'x' }));
  test.for<[string, unknown]>([
    ['no goals', { goals: [] }],
    ['an empty list', []],
    ['an empty object', {}],
    ['something else than a list', { goals: 'x' }],
    ['a single goal', { goal: 'x' }],
    ['null', null],
    ['1,001 goals', tooMany],
  ])('is refused whole as %s', async ([, body]) => {
    const problem = await baton.api.problem('POST', '/v1/goals/batch', 400, { body });
    expect(problem.errors?.[0]?.message).toBeTruthy();
  });
});
