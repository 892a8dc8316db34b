import { describe, expect, test } from 'vitest';
import type { Delivery } from '@baton/shared/contract/delivery';
import { batonFor, useBaton, type Baton } from './baton.ts';
import { sample } from './metrics.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';
import { believed, useWebhookReceiver, verified, type Received } from './webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const older = `whsec_${Buffer.alloc(24, 6).toString('base64')}`;
const open = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SECRET: `${secret}, ${older}` };
const receiver = useWebhookReceiver();
const only = plan(task('only'));
/** The planner answers it itself: no worker is needed. */
const answered = 'What is 2 + 2?';

const outboxOf = ({ prefix }: Baton): string => `{${prefix}}:outbox`;

/** Resolves when nothing of this goal is left to be delivered. */
function settled(baton: Baton, goalId: string): Promise<true> {
  return until(`the webhook of ${goalId} is settled`, async () => {
    return (await baton.redis.zscore(outboxOf(baton), `${goalId}.0`)) === null;
  });
}

/** What the API tells of a goal's webhook. */
async function deliveriesOf(baton: Baton, goalId: string): Promise<Delivery[]> {
  const path = `/v1/goals/${goalId}/deliveries`;
  return (await baton.api.json<{ items: Delivery[] }>('GET', path, 200)).items;
}

/** How the attempts to tell of a goal's first end went. */
async function attemptsOf(baton: Baton, goalId: string): Promise<Delivery['attempts']> {
  return (await deliveriesOf(baton, goalId))[0]?.attempts ?? [];
}

const idOf = ({ headers }: Received): unknown => headers['webhook-id'];

describe.concurrent('a webhook', () => {
  const baton = useBaton({ orchestrator: open });

  test('is told once that the goal succeeded, signed, in few words', async () => {
    const url = receiver.url('/succeeded');
    const { goal } = await baton.api.run({ goal: 'Tell me.', plan: only, webhook: { url } });
    await settled(baton, goal.id);
    const [request, ...more] = receiver.at('/succeeded');
    expect(more).toEqual([]);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': `msg_${goal.id}_0`,
    });
    expect(request && verified(request, secret)).toEqual({
      type: 'goal.succeeded',
      timestamp: goal.finishedAt,
      data: {
        id: goal.id,
        status: 'succeeded',
        links: { self: goal.links.self, events: goal.links.events },
      },
    });
    expect(await deliveriesOf(baton, goal.id)).toMatchObject([
      {
        id: `msg_${goal.id}_0`,
        type: 'goal.succeeded',
        at: goal.finishedAt,
        status: 'delivered',
        nextAttemptAt: null,
        attemptCount: 1,
        attempts: [{ outcome: 'delivered', status: 204, error: null }],
      },
    ]);
  });

  test('is believed by whoever knows the newest secret or the one before it', async () => {
    const url = receiver.url('/believed');
    const { goal } = await baton.api.run({ goal: 'Believe me.', plan: only, webhook: { url } });
    await settled(baton, goal.id);
    const [request] = receiver.at('/believed');
    if (!request) throw new Error('Nothing came.');
    for (const known of [secret, older, [older, secret]]) {
      expect(await believed(request, known)).toMatchObject({
        id: `msg_${goal.id}_0`,
        type: 'goal.succeeded',
        data: { id: goal.id },
      });
    }
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await expect(believed(request, other)).rejects.toThrow('No signature of the message matches');
  });

  test('that was not asked for is not told of', async () => {
    const { goal } = await baton.api.run({ goal: 'Tell nobody.', plan: only });
    expect(await deliveriesOf(baton, goal.id)).toEqual([]);
  });

  test('is told how else a goal may end', async () => {
    const goal = 'It hangs, and is told of.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const { id } = await baton.api.submit({ goal, plan: only, webhook: { url: receiver.url('/ends') } });
    await baton.api.json('POST', `/v1/goals/${id}/cancel`, 202);
    await settled(baton, id);
    expect(receiver.at('/ends').map((request) => verified(request, secret))).toMatchObject([
      { type: 'goal.cancelled', data: { id, status: 'cancelled' } },
    ]);
  });

  test('that fails is told again, as the same message', async () => {
    const url = receiver.url('/fails', { status: 500 });
    const { goal } = await baton.api.run({ goal: 'Again.', plan: only, webhook: { url } });
    await settled(baton, goal.id);
    const requests = receiver.at('/fails');
    expect(requests).toHaveLength(2);
    expect(new Set(requests.map(idOf))).toEqual(new Set([`msg_${goal.id}_0`]));
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    for (const request of requests) verified(request, secret);
    expect(await attemptsOf(baton, goal.id)).toMatchObject([
      { outcome: 'failed', status: 500, error: 'answered 500' },
      { outcome: 'delivered', status: 204 },
    ]);
  });

  test('that asks for time gets it', async () => {
    const url = receiver.url('/busy', { status: 503, headers: { 'retry-after': '3600' } });
    const { goal } = await baton.api.run({ goal: 'Later.', plan: only, webhook: { url } });
    const askedAt = Date.now();
    await until('it is put off', async () => (await attemptsOf(baton, goal.id)).length === 1);
    const [delivery] = await deliveriesOf(baton, goal.id);
    expect(delivery).toMatchObject({ status: 'pending', attempts: [{ outcome: 'failed', status: 503 }] });
    expect(Date.parse(delivery?.nextAttemptAt ?? '') - askedAt).toBeGreaterThan(3_500_000);
  });

  test('that wants no more is told no more, nor when the goal ends again', async () => {
    const goal = 'Gone, and failed.';
    await baton.emulator.inject({ match: { contains: goal, task: 'only' }, fault: { kind: 'refusal' } });
    const url = receiver.url('/gone', { status: 410 });
    const { id } = (await baton.api.run({ goal, plan: only, webhook: { url } })).goal;
    await settled(baton, id);
    expect(await attemptsOf(baton, id)).toMatchObject([{ outcome: 'given_up', status: 410 }]);
    await baton.api.json('POST', `/v1/goals/${id}/retry`, 202);
    await baton.orchestrator.printed(new RegExp(`${id}.*its receiver wants no more`));
    expect(await deliveriesOf(baton, id)).toMatchObject([
      { status: 'given_up', attemptCount: 1 },
      { id: `msg_${id}_1`, type: 'goal.succeeded', status: 'disabled', nextAttemptAt: null, attempts: [] },
    ]);
    expect(receiver.at('/gone')).toHaveLength(1);
  });

  test('is not followed elsewhere', async () => {
    const location = receiver.url('/elsewhere');
    const url = receiver.url('/moved', { status: 302, headers: { location } });
    const { goal } = await baton.api.run({ goal: 'Moved.', plan: only, webhook: { url } });
    await baton.orchestrator.printed(new RegExp(`${goal.id}.*answered 302: redirects are not followed`));
    expect(receiver.at('/elsewhere')).toEqual([]);
    expect(receiver.at('/moved')).toHaveLength(1);
    // Its path may be as good as a password.
    expect(baton.orchestrator.output()).not.toMatch(/\/moved|\/elsewhere/);
  });

  test('is told anew when the goal was set going again', async () => {
    const goal = 'It fails first.';
    await baton.emulator.inject({ match: { contains: goal, task: 'only' }, fault: { kind: 'refusal' } });
    const url = receiver.url('/retried');
    const run = await baton.api.run({ goal, plan: only, webhook: { url } });
    expect(run.goal.status).toBe('failed');
    await baton.api.json('POST', `/v1/goals/${run.goal.id}/retry`, 202);
    await until('both ends were told', () => receiver.at('/retried').length === 2);
    const requests = receiver.at('/retried');
    expect(requests.map(idOf)).toEqual([`msg_${run.goal.id}_0`, `msg_${run.goal.id}_1`]);
    expect(requests.map((request) => verified(request, secret))).toMatchObject([
      { type: 'goal.failed' },
      { type: 'goal.succeeded' },
    ]);
  });

  test('is counted', async () => {
    const url = receiver.url('/counted');
    const { goal } = await baton.api.run({ goal: 'Counted.', plan: only, webhook: { url } });
    await settled(baton, goal.id);
    const delivered = await until('the delivery is counted', async () => {
      const metrics = await (await baton.api.fetch('GET', '/metrics')).text();
      return sample(metrics, 'baton_webhook_deliveries_total', { outcome: 'delivered' });
    });
    expect(delivered).toBeGreaterThan(0);
  });
});

test('two planners tell each webhook once', async (context) => {
  const baton = await batonFor(context, { workers: 0, orchestrator: open });
  await baton.startOrchestrator({ ROLE: 'planner' });
  const paths = Array.from({ length: 20 }, (_, index) => `/shared/${index}`);
  const ids = await Promise.all(
    paths.map(async (path) => {
      const request = { goal: `${answered} (${path})`, webhook: { url: receiver.url(path) } };
      return (await baton.api.run(request)).goal.id;
    }),
  );
  for (const id of ids) await settled(baton, id);
  expect(paths.map((path) => receiver.at(path).length)).toEqual(paths.map(() => 1));
});

describe('when the planner dies', () => {
  test.for([
    ['webhook.claimed', 1],
    ['webhook.sent', 2],
    ['webhook.settled', 1],
  ] as const)(
    'after %s the receiver has had the message %i times in the end',
    async ([place, times], context) => {
      const baton = await batonFor(context, {
        workers: 0,
        orchestrator: { ...open, FAILPOINT: `${place}:1:kill` },
      });
      const path = `/killed/${place}`;
      const { id } = await baton.api.submit({ goal: answered, webhook: { url: receiver.url(path) } });
      expect(await baton.orchestrator.ended).toBe('SIGKILL');
      // The time for which a claim holds is over.
      await baton.redis.zadd(outboxOf(baton), 'XX', 0, `${id}.0`);
      const { api } = await baton.startOrchestrator({ FAILPOINT: undefined });
      await settled(baton, id);
      const requests = receiver.at(path);
      expect(requests.map(idOf)).toEqual(Array.from({ length: times }, () => `msg_${id}_0`));
      for (const request of requests) verified(request, secret);
      expect((await api.goal(id)).status).toBe('succeeded');
    },
  );
});

test('a planner that is stopped waits for the answer of a receiver', async (context) => {
  const baton = await batonFor(context, { workers: 0, orchestrator: open });
  let answer = (): void => undefined;
  const after = new Promise<void>((resolve) => (answer = resolve));
  const url = receiver.url('/slow', { status: 200, after });
  const { id } = await baton.api.submit({ goal: answered, webhook: { url } });
  await until('it is being told', () => receiver.at('/slow').length === 1);
  baton.orchestrator.signal('SIGTERM');
  await baton.orchestrator.printed(/stopping/);
  answer();
  expect(await baton.orchestrator.exit()).toBe(0);
  expect(await baton.redis.zcard(outboxOf(baton))).toBe(0);
  const deliveries = `{${baton.prefix}}:goal:${id}:deliveries`;
  expect(await baton.redis.hmget(deliveries, 'attempts:0', 'settled:0')).toEqual(['1', 'delivered']);
});
