import { describe, expect, it } from 'vitest';
import { deliverySchema, type Delivery } from '../contract/delivery.ts';
import { messageId, readDeliveries } from './deliveries.ts';
import { createGoal } from './goal-acceptance.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import type { Ledger } from './ledger.ts';
import {
  claimMessages,
  readMessage,
  settleMessage,
  type ClaimedMessage,
  type DeliveryAttempt,
  type Settlement,
} from './outbox.ts';
import { newGoal, openTestLedger, RETENTION, TENANT } from './testing/test-ledger.ts';

const GOAL = 'goal_1';
const webhook = { url: 'https://example.com/hook' };
const failed = { outcome: 'failed', status: 500, error: 'answered 500', ms: 12 } as const;
const silent = { outcome: 'given_up', error: 'no answer within 15 s', ms: 15_000 } as const;
const gone = { outcome: 'given_up', status: 410, error: 'answered 410', ms: 5 } as const;
const delivered = { outcome: 'delivered', status: 204, ms: 3 } as const;

async function end(ledger: Ledger): Promise<void> {
  const decided = { status: 'failed', rev: null, lease: null } as const;
  expect(await endGoal(ledger, GOAL, decided, RETENTION)).toBe(true);
}

/** Sets the goal going again, and ends it. */
async function endAgain(ledger: Ledger): Promise<void> {
  expect(await retryGoal(ledger, GOAL)).toMatchObject({ kind: 'retried' });
  await end(ledger);
}

async function claim(ledger: Ledger): Promise<ClaimedMessage> {
  const [claimed] = await claimMessages(ledger, 1);
  if (!claimed) throw new Error('Nothing is due.');
  return claimed;
}

async function settle(ledger: Ledger, settlement: Settlement, attempt: DeliveryAttempt): Promise<void> {
  await settleMessage(ledger, await claim(ledger), settlement, attempt);
}

async function listed(ledger: Ledger): Promise<Delivery[]> {
  const items = await readDeliveries(ledger, GOAL, TENANT);
  return deliverySchema.array().parse(items);
}

async function endedGoal(fields: object = { webhook }) {
  const test = openTestLedger();
  await createGoal(test.ledger, newGoal(GOAL, fields));
  await end(test.ledger);
  return test;
}

describe("a goal's deliveries", () => {
  it("are nobody else's to see", async () => {
    const { ledger } = await endedGoal();
    expect(await readDeliveries(ledger, GOAL, 'other')).toBeNull();
    expect(await readDeliveries(ledger, 'goal_2', TENANT)).toBeNull();
  });

  it('are none before its end, and without a webhook', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal(GOAL, { webhook }));
    expect(await listed(ledger)).toEqual([]);
    const without = await endedGoal({});
    expect(await listed(without.ledger)).toEqual([]);
  });

  it('begin with the end that is to be told', async () => {
    const { ledger, redis } = await endedGoal();
    const finishedAt = Number(await redis.hget(ledger.goal(GOAL).goal, 'finishedAt'));
    expect(await listed(ledger)).toEqual([
      {
        id: messageId(GOAL, 0),
        type: 'goal.failed',
        at: new Date(finishedAt).toISOString(),
        status: 'pending',
        nextAttemptAt: new Date(finishedAt).toISOString(),
        attemptCount: 0,
        attempts: [],
      },
    ]);
  });

  it('say how each attempt went, and when the next one is', async () => {
    const { ledger, redis } = await endedGoal();
    await settle(ledger, { againInMs: 60_000 }, failed);
    const [pending] = await listed(ledger);
    const dueAt = Number(await redis.zscore(ledger.keyspace.outbox, `${GOAL}.0`));
    expect(pending).toMatchObject({
      status: 'pending',
      nextAttemptAt: new Date(dueAt).toISOString(),
      attemptCount: 1,
      attempts: [{ outcome: 'failed', status: 500, error: 'answered 500', ms: 12 }],
    });
    await redis.zadd(ledger.keyspace.outbox, 1, `${GOAL}.0`);
    await settle(ledger, 'delivered', delivered);
    expect(await listed(ledger)).toMatchObject([
      {
        status: 'delivered',
        nextAttemptAt: null,
        attemptCount: 2,
        attempts: [failed, { outcome: 'delivered', status: 204, error: null, ms: 3 }],
      },
    ]);
  });

  it('say that a message was given up, and why', async () => {
    const { ledger } = await endedGoal();
    await settle(ledger, 'given_up', silent);
    expect(await listed(ledger)).toMatchObject([
      {
        status: 'given_up',
        nextAttemptAt: null,
        attempts: [{ status: null, error: 'no answer within 15 s' }],
      },
    ]);
  });

  it('say which messages are not sent since an earlier one was wanted no more', async () => {
    const { ledger } = await endedGoal();
    await settle(ledger, { againInMs: 60_000 }, failed);
    await endAgain(ledger);
    await settle(ledger, 'disabled', gone);
    await endAgain(ledger);
    expect(await listed(ledger)).toMatchObject([
      { id: messageId(GOAL, 0), status: 'disabled', nextAttemptAt: null, attempts: [failed] },
      { id: messageId(GOAL, 1), status: 'given_up', attempts: [gone] },
      { id: messageId(GOAL, 2), status: 'disabled', nextAttemptAt: null, attempts: [] },
    ]);
    expect(await readMessage(ledger, await claim(ledger))).toBe('disabled');
    expect((await listed(ledger)).map(({ status }) => status)).toEqual(['disabled', 'given_up', 'disabled']);
  });

  it('say that a message came, whatever was said of it before and after', async () => {
    const { ledger, redis } = await endedGoal();
    const lost = await claim(ledger);
    await redis.zadd(ledger.keyspace.outbox, 1, lost.name);
    await settle(ledger, 'given_up', silent);
    await settleMessage(ledger, lost, 'delivered', delivered);
    expect(await listed(ledger)).toMatchObject([{ status: 'delivered', attemptCount: 2 }]);
    await settleMessage(ledger, lost, 'disabled', gone);
    expect(await listed(ledger)).toMatchObject([{ status: 'delivered', attemptCount: 3 }]);
  });

  it('count the attempts that they show no more', async () => {
    const { ledger } = await endedGoal();
    const claimed = await claim(ledger);
    for (let attempt = 0; attempt < 53; attempt += 1) {
      await settleMessage(ledger, claimed, { againInMs: 60_000 }, { ...failed, ms: attempt });
    }
    const [delivery] = await listed(ledger);
    expect(delivery).toMatchObject({ status: 'pending', attemptCount: 53 });
    expect(delivery?.attempts.map(({ ms }) => ms)).toEqual(Array.from({ length: 50 }, (_, ms) => ms));
  });

  it('are the last hundred, the oldest first, however often a goal ended', async () => {
    const { ledger } = await endedGoal();
    for (let run = 1; run <= 102; run += 1) await endAgain(ledger);
    const ids = (await listed(ledger)).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => messageId(GOAL, index + 3)));
  });
});
