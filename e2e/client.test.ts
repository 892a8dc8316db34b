import { createClient, type GoalEvent } from '@baton/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const baton = useBaton();
let client = createClient({ baseUrl: 'http://127.0.0.1' });
beforeAll(() => {
  client = createClient({ baseUrl: baton.api.url });
});

/** A client that loses the reply to its first request. */
function losingFirstReply(): typeof client {
  let isFirst = true;
  const losing: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!isFirst) return response;
    isFirst = false;
    await response.body?.cancel();
    throw new TypeError('fetch failed');
  };
  return createClient({ baseUrl: baton.api.url, fetch: losing });
}

async function idsOf(label: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of client.goals.listAll({ labels: { test: label }, limit: 2 })) ids.push(id);
  return ids;
}

const small = plan(task('a'), task('b', ['a']));

describe.concurrent('the client', () => {
  test('makes one goal, although a reply was lost', async () => {
    const labels = { test: 'lost-reply' };
    const { id } = await losingFirstReply().goals.create({ goal: 'Made once.', plan: small, labels });
    expect(await idsOf('lost-reply')).toEqual([id]);
    expect(await client.goals.wait(id)).toMatchObject({ id, status: 'succeeded' });
    expect(await client.goals.output(id)).not.toBe('');
  });

  test('makes one goal of fifty requests with one key', async () => {
    const request = { goal: 'Asked for fifty times.', plan: small, labels: { test: 'fifty' } };
    const goals = await Promise.all(
      Array.from({ length: 50 }, () => client.goals.create(request, { idempotencyKey: 'fifty' })),
    );
    expect(await idsOf('fifty')).toEqual([...new Set(goals.map(({ id }) => id))]);
    await expect(
      client.goals.create({ ...request, goal: 'Another.' }, { idempotencyKey: 'fifty' }),
    ).rejects.toMatchObject({ type: 'urn:baton:problem:idempotency_mismatch' });
  });

  test('waits for the end while it creates', async () => {
    const goal = await client.goals.create({ goal: 'Waited for.', plan: small }, { waitSeconds: 50 });
    expect(goal.status).toBe('succeeded');
    const liked = await client.goals.feedback(goal.id, { score: 0.5, comment: 'Half.' });
    expect(liked.feedback).toMatchObject([{ score: 0.5, comment: 'Half.' }]);
    expect(await client.goals.deliveries(goal.id)).toEqual([]);
  });

  test('makes a batch once, although a reply was lost, and says what became of each goal', async () => {
    const labels = { test: 'batch' };
    const batch = [
      { goal: 'One.', plan: small, labels },
      { goal: '', labels },
      { goal: 'Three.', plan: small, labels },
    ];
    const items = await losingFirstReply().goals.createBatch(batch);
    expect(items.map(({ index, status }) => [index, status])).toEqual([
      [0, 200],
      [1, 400],
      [2, 200],
    ]);
    expect(items[1]?.problem?.errors?.[0]?.path).toBe('goal');
    expect(new Set(await idsOf('batch'))).toEqual(new Set([items[0]?.goal?.id, items[2]?.goal?.id]));
  });

  test('gives every event once over a restart of the API, and lets the plan run', async () => {
    const first = await baton.startOrchestrator({ ROLE: 'api' });
    const { goals } = createClient({ baseUrl: first.api.url });
    const { id } = await goals.create({ goal: 'Restarted.', plan: small, options: { approval: true } });
    const events: GoalEvent[] = [];
    for await (const event of goals.stream(id)) {
      events.push(event);
      if (event.event !== 'goal.awaiting_approval') continue;
      await first.program.kill();
      await baton.startOrchestrator({ ROLE: 'api', PORT: new URL(first.api.url).port });
      await goals.approve(id);
    }
    expect(events.map((event) => event.id)).toEqual(events.map((_, index) => String(index + 1)));
    expect(events.at(-1)?.event).toBe('goal.succeeded');
    await expect(goals.approve(id)).rejects.toMatchObject({ type: 'urn:baton:problem:conflict' });
  });

  test.each(['cancel', 'reject'] as const)(
    'takes no lost reply to %s for a refusal, and hides none',
    async (end) => {
      const request = { goal: `To be ended by ${end}.`, plan: small, options: { approval: true } };
      const { id } = await client.goals.create(request);
      for await (const { event } of client.goals.stream(id)) if (event === 'goal.awaiting_approval') break;
      expect(await losingFirstReply().goals[end](id)).toMatchObject({ id, status: 'cancelled' });
      await expect(client.goals[end](id)).rejects.toMatchObject({ status: 409 });
    },
  );

  test('plans without running, and reads what there is', async () => {
    expect(await client.plans.create({ goal: 'Compare tea and coffee.' })).toMatchObject({ simulated: true });
    const { valid, violations } = await client.plans.validate(plan(task('a', ['nowhere'])));
    expect([valid, violations[0]?.law]).toEqual([false, 'known_dependencies']);
    const types = await client.workerTypes.list();
    expect(types.map(({ type }) => type)).toContain('researcher');
    expect((await client.recipes.list()).length).toBeGreaterThan(0);
    const { workerTypes } = await client.stats.get();
    expect(workerTypes.map(({ type }) => type)).toContain('researcher');
  });
});
