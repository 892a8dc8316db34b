import { describe, expect, it } from 'vitest';
import { endGoal, retryGoal } from './goal-end.ts';
import { createGoal } from './goal-acceptance.ts';
import type { Ledger } from './ledger.ts';
import { claimMessages, postponeMessage, readMessage, settleMessage, type ClaimedMessage } from './outbox.ts';
import { newGoal, openTestLedger, RETENTION } from './testing/test-ledger.ts';

const webhook = { url: 'https://example.com/hook' };
const failed = { outcome: 'failed', status: 500, error: 'answered 500', ms: 12 } as const;
const gone = { outcome: 'given_up', status: 410, error: 'answered 410', ms: 5 } as const;
const delivered = { outcome: 'delivered', status: 204, ms: 3 } as const;
const end = { status: 'failed', rev: null, lease: null } as const;

async function endedGoal(ledger: Ledger, goalId = 'goal_1', fields: object = { webhook }): Promise<string> {
  await createGoal(ledger, newGoal(goalId, fields));
  expect(await endGoal(ledger, goalId, end, RETENTION)).toBe(true);
  return goalId;
}

async function claimOne(ledger: Ledger, heldForMs?: number): Promise<ClaimedMessage> {
  const [message, ...more] = await claimMessages(ledger, 10, heldForMs);
  if (!message || more.length > 0) throw new Error(`${more.length} messages besides ${message?.name}`);
  return message;
}

async function read(ledger: Ledger, claimed: ClaimedMessage) {
  const message = await readMessage(ledger, claimed);
  if (typeof message === 'string') throw new Error(`The message is ${message}.`);
  return message;
}

const claimedNow = async (ledger: Ledger): Promise<string[]> =>
  (await claimMessages(ledger, 100)).map(({ name }) => name);

describe('the outbox', () => {
  it('holds one message per goal that ended and has a webhook', async () => {
    const { ledger } = openTestLedger();
    await endedGoal(ledger);
    await endedGoal(ledger, 'goal_2', {});
    const claimed = await claimOne(ledger);
    expect(claimed).toMatchObject({ name: 'goal_1.0', goalId: 'goal_1', run: 0 });
    expect(await read(ledger, claimed)).toMatchObject({
      type: 'goal.failed',
      status: 'failed',
      url: webhook.url,
      attempts: 0,
      elapsedMs: 0,
    });
  });

  it('gives a message to one claimer, and again to another once its time is over', async () => {
    const { ledger } = openTestLedger();
    const ids = ['goal_1', 'goal_2', 'goal_3', 'goal_4'];
    for (const id of ids) await endedGoal(ledger, id);
    const claims = await Promise.all([1, 2, 3].map(() => claimMessages(ledger, 2)));
    const names = claims.flatMap((messages) => messages.map(({ goalId }) => goalId));
    expect(names.sort()).toEqual(ids);
    expect(await claimedNow(ledger)).toEqual([]);

    const other = openTestLedger().ledger;
    await endedGoal(other);
    const first = await claimOne(other, 0);
    const second = await claimOne(other);
    expect(second.name).toBe(first.name);
    expect(second.heldUntil).toBeGreaterThan(first.heldUntil);
    expect(await readMessage(other, first)).toBe('lost');
  });

  it('lets a delivered message go, and shows how it went', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    const claimed = await claimOne(ledger);
    expect(await settleMessage(ledger, claimed, 'delivered', delivered)).toBe(true);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
    const shown = await redis.hget(ledger.goal(goalId).deliveries, 'attempt:0:1');
    expect(JSON.parse(shown ?? '')).toEqual({ at: expect.any(Number), ...delivered });
  });

  it('keeps one that was not delivered until it is due again, and lets one that is given up go', async () => {
    const { ledger, redis } = openTestLedger();
    await endedGoal(ledger);
    expect(await settleMessage(ledger, await claimOne(ledger), { againInMs: 0.4 }, failed)).toBe(true);
    const again = await until(() => claimMessages(ledger, 1));
    const message = await read(ledger, again);
    expect(message.attempts).toBe(1);
    await settleMessage(ledger, again, { againInMs: 60_000 }, failed);
    expect(await claimedNow(ledger)).toEqual([]);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(1);

    await redis.zadd(ledger.keyspace.outbox, 1, 'goal_1.0');
    await settleMessage(ledger, await claimOne(ledger), 'given_up', { ...failed, outcome: 'given_up' });
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
  });

  it('knows how long a message has been tried', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    const claimed = await claimOne(ledger);
    await read(ledger, claimed);
    await redis.hincrby(ledger.goal(goalId).deliveries, 'begun:0', -5_000);
    expect((await read(ledger, claimed)).elapsedMs).toBeGreaterThanOrEqual(5_000);
  });

  it('believes whoever lost a message that it was delivered, and nothing else', async () => {
    const { ledger, redis } = openTestLedger();
    await endedGoal(ledger);
    const lost = await claimOne(ledger, 0);
    const holder = await claimOne(ledger);
    const dueAt = await redis.zscore(ledger.keyspace.outbox, 'goal_1.0');
    expect(await settleMessage(ledger, lost, { againInMs: 0 }, failed)).toBe(false);
    expect(await settleMessage(ledger, lost, 'given_up', { ...failed, outcome: 'given_up' })).toBe(false);
    expect(await redis.zscore(ledger.keyspace.outbox, 'goal_1.0')).toBe(dueAt);
    expect(await settleMessage(ledger, lost, 'delivered', delivered)).toBe(false);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
    expect(await settleMessage(ledger, holder, { againInMs: 0 }, failed)).toBe(false);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
  });

  it('believes whoever lost a message that it is wanted no more', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    const lost = await claimOne(ledger, 0);
    const holder = await claimOne(ledger);
    expect(await settleMessage(ledger, lost, 'disabled', gone)).toBe(false);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
    expect(await settleMessage(ledger, holder, { againInMs: 0 }, failed)).toBe(false);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
    expect(await redis.hget(ledger.goal(goalId).deliveries, 'settled:0')).toBe('given_up');
  });

  it("lets nobody read a goal's later messages once its receiver wants no more", async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    await endedGoal(ledger, 'goal_2');
    const claims = await claimMessages(ledger, 10);
    const mine = claims.find((claimed) => claimed.goalId === goalId);
    const other = claims.find((claimed) => claimed.goalId === 'goal_2');
    if (!mine || !other) throw new Error('There are not two messages.');
    expect(await settleMessage(ledger, mine, 'disabled', gone)).toBe(true);
    await read(ledger, other);
    for (const run of [1, 2]) {
      await retryGoal(ledger, goalId);
      expect(await endGoal(ledger, goalId, end, RETENTION)).toBe(true);
      const later = await claimOne(ledger);
      expect(later.name).toBe(`${goalId}.${run}`);
      expect(await readMessage(ledger, later)).toBe('disabled');
      expect(await redis.zscore(ledger.keyspace.outbox, later.name)).toBeNull();
    }
  });

  it('stops an earlier message that was still to be tried again', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    await settleMessage(ledger, await claimOne(ledger), { againInMs: 60_000 }, failed);
    await retryGoal(ledger, goalId);
    await endGoal(ledger, goalId, end, RETENTION);
    await settleMessage(ledger, await claimOne(ledger), 'disabled', gone);
    await redis.zadd(ledger.keyspace.outbox, 1, `${goalId}.0`);
    expect(await readMessage(ledger, await claimOne(ledger))).toBe('disabled');
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
  });

  it('postpones for the holder alone, and counts no attempt', async () => {
    const { ledger, redis } = openTestLedger();
    await endedGoal(ledger);
    const lost = await claimOne(ledger, 0);
    const holder = await claimOne(ledger);
    await postponeMessage(ledger, lost, 0);
    expect(await claimedNow(ledger)).toEqual([]);
    await postponeMessage(ledger, holder, 0);
    const again = await claimOne(ledger);
    expect((await read(ledger, again)).attempts).toBe(0);
    await redis.del(ledger.keyspace.outbox);
    await postponeMessage(ledger, again, 0);
    expect(await redis.exists(ledger.keyspace.outbox)).toBe(0);
  });

  it('drops what belongs to a goal that is gone, and makes no key for it', async () => {
    const { ledger, redis, keys } = openTestLedger();
    const goalId = await endedGoal(ledger);
    await endedGoal(ledger, 'goal_2');
    const [first, second] = await claimMessages(ledger, 2);
    if (!first || !second) throw new Error('There are not two messages.');
    for (const id of [goalId, 'goal_2']) await redis.del(...Object.values(ledger.goal(id)));
    expect(await readMessage(ledger, first)).toBe('gone');
    expect(await settleMessage(ledger, second, { againInMs: 0 }, failed)).toBe(true);
    expect((await keys()).filter((key) => key.includes(':goal:'))).toEqual([]);
    expect(await redis.zcard(ledger.keyspace.outbox)).toBe(0);
  });

  it("leaves the retention of the goal's keys alone", async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    const claimed = await claimOne(ledger);
    await read(ledger, claimed);
    await settleMessage(ledger, claimed, { againInMs: 0 }, failed);
    expect(await redis.pttl(ledger.goal(goalId).deliveries)).toBeGreaterThan(0);
  });

  it('has a message of its own for every run of a goal, and shows the last runs alone', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    for (let run = 0; run <= 17; run += 1) {
      const claimed = await claimOne(ledger);
      expect(claimed.name).toBe(`${goalId}.${run}`);
      await settleMessage(ledger, claimed, 'delivered', delivered);
      expect(await retryGoal(ledger, goalId)).toMatchObject({ kind: 'retried' });
      expect(await endGoal(ledger, goalId, end, RETENTION)).toBe(true);
    }
    const fields = await redis.hkeys(ledger.goal(goalId).deliveries);
    const runs = fields.filter((field) => field.startsWith('attempt:')).map((field) => field.split(':')[1]);
    expect(runs.sort()).toEqual(Array.from({ length: 16 }, (_, index) => String(index + 2)).sort());
  });

  it('shows the first attempts of a run alone', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await endedGoal(ledger);
    const claimed = await claimOne(ledger);
    for (let attempt = 0; attempt < 60; attempt += 1) {
      await settleMessage(ledger, claimed, { againInMs: 0 }, failed);
    }
    const { deliveries } = ledger.goal(goalId);
    const fields = (await redis.hkeys(deliveries)).filter((field) => field.startsWith('attempt:'));
    expect(fields).toHaveLength(50);
    expect(await redis.hget(deliveries, 'attempts:0')).toBe('60');
  });
});

/** What a claim brings once something is due. */
async function until(claim: () => ReturnType<typeof claimMessages>): Promise<ClaimedMessage> {
  for (;;) {
    const [message] = await claim();
    if (message) return message;
  }
}
