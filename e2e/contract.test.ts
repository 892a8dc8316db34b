import type { Delivery } from '@baton/shared/contract/delivery';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import type { GoalBatchItem } from '@baton/shared/contract/goal-batch';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Api, Call } from './api.ts';
import { described } from './contract/coverage.ts';
import { everyOperation } from './contract/every-operation.ts';
import { limits } from './contract/limits.ts';
import { plansAndFleet } from './contract/plans-and-fleet.ts';
import { withoutKeys } from './contract/without-keys.ts';
import { useWorld } from './contract/world.ts';
import type { GoalEvent } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';
import { useWebhookReceiver } from './webhook-receiver.ts';

const world = useWorld();
const receiver = useWebhookReceiver();
let api: Api;
let goal: Goal;
let life: readonly GoalEvent[];
beforeAll(async () => {
  api = world.client('acme');
  const request = {
    goal: 'Described.',
    plan: plan(task('a'), task('b', ['a'])),
    labels: { kind: 'described' },
  };
  ({ goal, events: life } = await api.run({ ...request, webhook: { url: receiver.url('/ended') } }));
});

const at = (id: string, part = ''): string => `/v1/goals/${id}${part}`;
const json = { accept: 'application/json' };

/** A goal whose planning never ends by itself. */
async function heldGoal(text: string): Promise<Goal> {
  await world.baton.emulator.inject({ match: { contains: text, role: 'planner' }, fault: { kind: 'hang' } });
  return api.submit({ goal: text });
}

async function awaitingGoal(text: string): Promise<Goal> {
  const { id } = await api.submit({ goal: text, plan: plan(task('a')), options: { approval: true } });
  await api.eventOf(id, 'goal.awaiting_approval');
  return api.goal(id);
}

describe('every operation', () => everyOperation(world, () => goal.id));

describe('POST /v1/goals', () => {
  const post = (body: unknown, headers: Call['headers'] = {}): Promise<Response> =>
    api.fetch('POST', '/v1/goals', { body, headers });

  test('answers 202 with the place of the goal', async () => {
    const response = await post({ goal: 'What is 1 + 2?' });
    expect(response.status).toBe(202);
    const accepted = (await response.json()) as Goal;
    expect(response.headers.get('location')).toBe(at(accepted.id));
    expect(accepted.links.self).toBe(at(accepted.id));
  });

  test('gives the goal of an Idempotency-Key again, and refuses it another body', async () => {
    const headers = { 'idempotency-key': 'contract' };
    const first = await post({ goal: 'What is 2 + 2?', labels: { a: '1', b: '2' } }, headers);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([202, null]);
    const again = await post(
      { labels: { b: '2', a: '1' }, goal: 'What is 2 + 2?' },
      { 'idempotency-key': '"contract"' },
    );
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    const { id } = (await first.json()) as Goal;
    expect(await again.json()).toMatchObject({ id });
    const other = await post({ goal: 'What is 3 + 2?' }, headers);
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ type: 'urn:baton:problem:idempotency_mismatch' });
  });

  test.for(['', 'x'.repeat(256)])('refuses the Idempotency-Key %j', async (key) => {
    const problem = await api.problem('POST', '/v1/goals', 400, {
      body: { goal: 'What is 2 + 2?' },
      headers: { 'idempotency-key': key },
    });
    expect(problem.errors).toMatchObject([{ path: 'Idempotency-Key' }]);
  });

  test('waits for the end as long as it is told', async () => {
    const ended = await post({ goal: 'What is 4 + 2?' }, { prefer: 'wait=30' });
    expect([ended.status, ended.headers.get('preference-applied')]).toEqual([200, 'wait=30']);
    expect(await ended.json()).toMatchObject({ status: 'succeeded' });
    const text = 'Takes longer than anybody waits.';
    await world.baton.emulator.inject({
      match: { contains: text, role: 'planner' },
      fault: { kind: 'hang' },
    });
    const open = await post({ goal: text }, { prefer: 'wait=1' });
    expect([open.status, open.headers.get('preference-applied')]).toEqual([202, 'wait=1']);
    await api.json('POST', at(((await open.json()) as Goal).id, '/cancel'), 202);
  });

  test('names every bad field and the nearest known name', async () => {
    const body = { gaol: 'x', recipe: 'raport', options: { priorty: 'low', workerTypes: ['wirter'] } };
    const { errors = [] } = await api.problem('POST', '/v1/goals', 400, { body });
    const told = Object.fromEntries(errors.map(({ path, message }) => [path, message]));
    expect(told).toMatchObject({
      goal: expect.stringContaining('must be given'),
      gaol: expect.stringContaining('"goal"'),
      recipe: expect.stringContaining('"report"'),
      'options.priorty': expect.stringContaining('"priority"'),
      'options.workerTypes[0]': expect.stringContaining('"writer"'),
    });
  });

  test('refuses a plan that breaks laws', async () => {
    const body = { goal: 'Round and round.', plan: plan(task('a', ['b']), task('b', ['a'])) };
    const problem = await api.problem('POST', '/v1/goals', 400, { body });
    expect(problem.errors).toMatchObject([{ path: 'plan.tasks[0].dependencies[0]' }]);
  });
});

describe('POST /v1/goals/batch', () => {
  const batch = async (body: unknown): Promise<GoalBatchItem[]> =>
    (
      await api.json<{ items: GoalBatchItem[] }>('POST', '/v1/goals/batch', 207, {
        body,
        headers: { 'idempotency-key': 'a batch' },
      })
    ).items;

  test('answers for each goal, and the same again', async () => {
    const goals = [{ goal: 'What is 7 + 1?' }, { gaol: 'x' }, { goal: 'What is 7 + 2?' }];
    const items = await batch({ goals });
    expect(items.map(({ index, status }) => [index, status])).toEqual([
      [0, 202],
      [1, 400],
      [2, 202],
    ]);
    const again = await batch([{ goal: 'Another one.' }, ...goals.slice(1)]);
    expect(again.map(({ status }) => status)).toEqual([422, 400, 200]);
    expect(again[2]?.goal?.id).toBe(items[2]?.goal?.id);
  });

  test.for([{}, { goals: [] }, [], 'goals', Array.from({ length: 1_001 }, () => 1)])(
    'refuses what is no list of 1 to 1,000 (%#)',
    async (body) => {
      await api.problem('POST', '/v1/goals/batch', 400, { body });
    },
  );
});

describe('GET /v1/goals', () => {
  interface Page {
    readonly items: GoalSummary[];
    readonly nextCursor: string | null;
  }
  const list = (query: string): Promise<Page> => api.json('GET', `/v1/goals?${query}`, 200);

  test('walks through all goals, page by page, newest first', async () => {
    const found: GoalSummary[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = await list(`limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(found.length).toBeGreaterThan(3);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const times = found.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('finds by label and status', async () => {
    const one = await list('label.kind=described&status=succeeded');
    expect(one.items.map(({ id }) => id)).toEqual([goal.id]);
    expect((await list('label.kind=described&status=failed')).items).toEqual([]);
  });

  test('refuses what it does not know', async () => {
    const problem = await api.problem('GET', '/v1/goals?stauts=failed&limit=0', 400);
    expect(problem.errors?.map(({ path }) => path).toSorted()).toEqual(['limit', 'stauts']);
  });
});

describe('a goal that has ended', () => {
  test('is shown whole and in parts', async () => {
    expect(await api.goal(goal.id)).toEqual(goal);
    expect(await api.json('GET', at(goal.id, '/plan'), 200)).toEqual(goal.plan);
    expect(await api.json('GET', at(goal.id, '/tasks'), 200)).toEqual({ items: goal.tasks });
    expect(await api.json('GET', at(goal.id, '/tasks/b'), 200)).toEqual(goal.tasks[1]);
    await api.problem('GET', at(goal.id, '/tasks/c'), 404);
    const output = await api.fetch('GET', at(goal.id, '/output'));
    expect([output.status, await output.text()]).toEqual([200, goal.output]);
    expect(output.headers.get('baton-simulated')).toBe('true');
  });

  test('is shown with its reviews, its inner tasks and what its answer cites', async () => {
    const tasks = [task('a'), { ...task('b', ['a']), forEach: 'a' }, task('c', [], 'orchestrator')];
    const list = 'List three sorts of apples, one per line, as a plain markdown list.';
    const sent = { analysis: '', tasks: [{ ...tasks[0], description: list }, ...tasks.slice(1)] };
    const request = { goal: 'Sorts of apples.', plan: sent, options: { reviewRounds: 1, judges: 2 } };
    const { goal: ended, events } = await api.run(request);
    expect(ended.tasks.map(({ id, status, subGoal }) => [id, status, subGoal?.status])).toEqual([
      ['a', 'succeeded', undefined],
      ['b', 'succeeded', 'succeeded'],
      ['c', 'succeeded', 'succeeded'],
    ]);
    expect(ended.tasks[0]?.reviews).toMatchObject([{ round: 1, verdict: 'pass', judges: 2 }]);
    expect(ended.reviews.length).toBeGreaterThan(0);
    expect(ended.results).toMatchObject([{ rev: 1, status: 'succeeded' }]);
    expect(Object.keys(ended.prompts)).toContain('planner');
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['task.reviewed', 'goal.judged']),
    );
    const inner = await api.goal(ended.tasks[2]?.subGoal?.id ?? '');
    expect(inner.parent).toEqual({ goalId: ended.id, taskId: 'c' });
    for (const step of ['retry', 'approve']) await api.problem('POST', at(inner.id, `/${step}`), 409);
  });

  test('tells its events from the beginning, or after one of them, and then ends', async () => {
    expect(life[0]?.event).toBe('goal.accepted');
    expect(life.at(-1)?.event).toBe('goal.succeeded');
    expect(await api.follow(goal.id)).toEqual(life);
    expect(await api.eventsSoFar(goal.id)).toEqual(life);
    const [, second] = life;
    expect(await api.follow(goal.id, second?.id)).toEqual(life.slice(2));
    const nothing = await api.fetch('GET', at(goal.id, '/events'), {
      headers: { 'last-event-id': life.at(-1)?.id ?? '' },
    });
    expect([nothing.status, await nothing.text()]).toEqual([204, '']);
    for (const id of ['x', String(life.length + 1)]) {
      await api.problem('GET', at(goal.id, '/events'), 400, { headers: { 'last-event-id': id, ...json } });
    }
  });

  test('told its webhook, as described, and tells so', async () => {
    const { items } = await until('the delivery is recorded', async () => {
      const deliveries = await api.json<{ items: Delivery[] }>('GET', at(goal.id, '/deliveries'), 200);
      return deliveries.items[0]?.status === 'delivered' && deliveries;
    });
    expect(items).toMatchObject([
      { type: 'goal.succeeded', attemptCount: 1, attempts: [{ outcome: 'delivered', status: 204 }] },
    ]);
    const [message] = receiver.at('/ended');
    expect(message?.headers['webhook-id']).toBe(items[0]?.id);
    const schema = { $ref: '#/components/schemas/WebhookMessage' };
    expect(world.validate(schema, JSON.parse(message?.body ?? ''))).toEqual([]);
  });

  test('takes feedback, and nothing else', async () => {
    const body = { score: 0.5, comment: 'Half of it.' };
    const praised = await api.json<Goal>('POST', at(goal.id, '/feedback'), 202, { body });
    expect(praised.feedback).toMatchObject([body]);
    goal = praised;
    await api.problem('POST', at(goal.id, '/feedback'), 400, { body: { score: 2 } });
    for (const step of ['cancel', 'retry', 'approve', 'reject']) {
      const problem = await api.problem('POST', at(goal.id, `/${step}`), 409);
      expect(problem.type).toBe('urn:baton:problem:conflict');
    }
  });
});

describe('a goal that goes on', () => {
  test('has no plan, output or feedback yet, can be cancelled, and retried then', async () => {
    const held = await heldGoal('Held until it is cancelled.');
    await api.problem('GET', at(held.id, '/plan'), 409);
    await api.problem('GET', at(held.id, '/output'), 409);
    await api.problem('POST', at(held.id, '/feedback'), 409, { body: { score: 1 } });
    await api.problem('POST', at(held.id, '/retry'), 409);
    const cancelled = await api.json<Goal>('POST', at(held.id, '/cancel'), 202);
    expect(cancelled.status).toBe('cancelled');
    await api.json('POST', at(held.id, '/retry'), 202);
    expect((await api.follow(held.id)).at(-1)?.event).toBe('goal.succeeded');
  });
});

describe('a goal that awaits approval', () => {
  test('runs an edited plan', async () => {
    const { id } = await awaitingGoal('Approved.');
    const bad = await api.problem('POST', at(id, '/approve'), 400, {
      body: { plan: plan(task('a', ['x'])) },
    });
    expect(bad.errors).toMatchObject([{ path: 'plan.tasks[0].dependencies[0]' }]);
    const edited = plan(task('a'), task('c', ['a']));
    await api.json('POST', at(id, '/approve'), 202, { body: { plan: edited } });
    await api.follow(id);
    const ended = await api.goal(id);
    expect(ended.tasks.map((each) => [each.id, each.status])).toEqual([
      ['a', 'succeeded'],
      ['c', 'succeeded'],
    ]);
  });

  test('ends when it is rejected', async () => {
    const { id } = await awaitingGoal('Rejected.');
    await api.problem('POST', at(id, '/reject'), 400, { body: { raeson: 'x' } });
    const rejected = await api.json<Goal>('POST', at(id, '/reject'), 202, { body: { reason: 'Too dear.' } });
    expect(rejected).toMatchObject({ status: 'cancelled', error: { type: 'plan_rejected' } });
  });
});

describe('plans and the fleet', () => plansAndFleet(world));
describe('limits', () => limits(world));
describe('without keys', () => withoutKeys(world, () => goal.id));

test('every operation was called, and gave each reply that it describes', () => {
  const unseen = described(world.contract()).filter((reply) => !world.seen.has(reply));
  // Of a goal that retention has taken.
  expect(unseen).toEqual(['submitGoal 409 application/problem+json']);
});
