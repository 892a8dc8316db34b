import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { endGoal } from '@baton/shared/ledger/goal-end';
import { createGoal } from '@baton/shared/ledger/goal-record';
import { openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  newGoal,
  openTestLedger,
  RETENTION,
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
    secret: null,
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
