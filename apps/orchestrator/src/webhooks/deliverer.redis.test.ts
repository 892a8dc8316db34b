import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readDeliveries } from '@baton/shared/ledger/deliveries';
import { endGoal, retryGoal } from '@baton/shared/ledger/goal-end';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  newGoal,
  openTestLedger,
  RETENTION,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { startWebhookDeliverer, type WebhookDeliverer } from './deliverer.ts';

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function deliverer(ledger: Ledger): { webhooks: WebhookDeliverer; errors: Error[] } {
  const errors: Error[] = [];
  const webhooks = startWebhookDeliverer({
    ledger,
    logger: createLogger('test', 'silent'),
    metrics: createMetrics(),
    secrets: [],
    allowPrivate: true,
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => webhooks.close(0));
  return { webhooks, errors };
}

async function ended(ledger: Ledger, goalId: string, url: string): Promise<void> {
  await createGoal(ledger, newGoal(goalId, { webhook: { url } }));
  await endGoal(ledger, goalId, { status: 'failed', rev: null, lease: null }, RETENTION);
}

describe('the deliverer', () => {
  it('lets no receiver that is silent hold up the others', async () => {
    const { ledger } = openTestLedger();
    let open = 0;
    let mostOpen = 0;
    const silent = await receiver((request) => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      request.on('close', () => (open -= 1));
    });
    const told: string[] = [];
    const prompt = await receiver((request, response) => {
      told.push(request.url ?? '');
      response.end();
    });
    for (let index = 0; index < 300; index += 1) await ended(ledger, `goal_s${index}`, silent);
    await ended(ledger, 'goal_p', `${prompt}/told`);
    deliverer(ledger);
    await vi.waitFor(() => expect(told).toEqual(['/told']), { timeout: 10_000 });
    await vi.waitFor(() => expect(open).toBe(16), { timeout: 10_000 });
    expect(mostOpen).toBe(16);
  });

  it('works off more than it may hold at once', async () => {
    const { ledger, redis } = openTestLedger();
    const told: string[] = [];
    const url = await receiver((request, response) => {
      told.push(request.url ?? '');
      response.end();
    });
    const paths = Array.from({ length: 300 }, (_, index) => `/${index}`);
    for (const [index, path] of paths.entries()) await ended(ledger, `goal_${index}`, `${url}${path}`);
    deliverer(ledger);
    await vi.waitFor(async () => expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0), {
      timeout: 20_000,
    });
    expect(told.sort()).toEqual(paths.sort());
  });

  it('leaves what it could not finish in its grace to the next one', async () => {
    const { ledger, redis } = openTestLedger();
    let arrived = 0;
    const url = await receiver(() => (arrived += 1));
    await ended(ledger, 'goal_1', url);
    const { webhooks, errors } = deliverer(ledger);
    await vi.waitFor(() => expect(arrived).toBe(1));
    await webhooks.close(0);
    await webhooks.close(0);
    expect(errors).toEqual([]);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(1);
    expect(await redis.hkeys(ledger.goal('goal_1').deliveries)).not.toContain('attempt:0:1');
  });

  it('tries again after a time that chance spreads, and gives up after a day', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const { ledger, redis } = openTestLedger();
    const url = await receiver((_request, response) => void response.writeHead(500).end());
    await ended(ledger, 'goal_1', url);
    deliverer(ledger);
    const delivery = async () => (await readDeliveries(ledger, 'goal_1', TENANT))?.[0];
    await vi.waitFor(async () => expect((await delivery())?.attempts).toHaveLength(1), { timeout: 5_000 });
    const { nextAttemptAt, attempts } = (await delivery()) ?? {};
    // 5 s, and a fifth less.
    expect(Date.parse(nextAttemptAt ?? '') - Date.parse(attempts?.[0]?.at ?? '')).toBe(4_000);
    await redis.hincrby(ledger.goal('goal_1').deliveries, 'begun:0', -86_400_000);
    await redis.zadd(ledger.keyspace.outbox, 1, 'goal_1.0');
    await vi.waitFor(async () => expect((await delivery())?.status).toBe('given_up'), { timeout: 5_000 });
    expect((await delivery())?.attempts).toMatchObject([
      { outcome: 'failed', status: 500 },
      { outcome: 'given_up', status: 500, error: 'answered 500' },
    ]);
  });

  it('tells a receiver that wants no more of a goal nothing of it again', async () => {
    const { ledger, redis } = openTestLedger();
    const told: string[] = [];
    const url = await receiver((request, response) => {
      told.push(String(request.headers['webhook-id']));
      response.writeHead(410).end();
    });
    deliverer(ledger);
    const outbox = (): Promise<number> => redis.zcard(ledger.keyspace.outbox);
    const decided = { status: 'failed', rev: null, lease: null } as const;
    await ended(ledger, 'goal_1', url);
    await vi.waitFor(async () => expect(await outbox()).toBe(0), { timeout: 5_000 });
    await retryGoal(ledger, 'goal_1');
    await endGoal(ledger, 'goal_1', decided, RETENTION);
    expect(await outbox()).toBe(1);
    await vi.waitFor(async () => expect(await outbox()).toBe(0), { timeout: 5_000 });
    await ended(ledger, 'goal_2', url);
    await vi.waitFor(() => expect(told).toEqual(['msg_goal_1_0', 'msg_goal_2_0']), { timeout: 5_000 });
    const deliveries = await readDeliveries(ledger, 'goal_1', TENANT);
    expect(deliveries).toMatchObject([
      { status: 'given_up', attempts: [{ status: 410 }] },
      { status: 'disabled', attempts: [] },
    ]);
  });

  it('goes on after an outage', async () => {
    const { ledger, redis, connect } = openTestLedger();
    const told: string[] = [];
    const url = await receiver((request, response) => {
      told.push(request.url ?? '');
      response.end();
    });
    const cut = connect();
    const { errors } = deliverer(openLedger(cut, ledger.keyspace));
    await redis.zadd(ledger.keyspace.outbox, 'NX', 1, 'goal_none.0');
    await vi.waitFor(async () => expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0));
    await redis.set(ledger.keyspace.outbox, 'not a sorted set');
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), { timeout: 5_000 });
    await redis.del(ledger.keyspace.outbox);
    cut.disconnect(true);
    await ended(ledger, 'goal_1', `${url}/after`);
    await vi.waitFor(() => expect(told).toEqual(['/after']), { timeout: 10_000 });
  });
});
