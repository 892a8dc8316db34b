/* What an endpoint, a standstill or a second process may come with that no batch should. */
import { expect, it } from 'vitest';
import { batchOutbox } from '@baton/shared/coordination/batch-requests';
import { endGoal } from '@baton/shared/ledger/goal-end';
import type { BatchEnd, BatchResult, MessageBatches } from '@baton/shared/model/message-batches';
import { RETENTION } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { doubt, job, openBatches } from './testing/open-batches.ts';

const DAY = 86_400_000;

const died = (): never => {
  throw new Error('the process died');
};

/** Results that are changed on their way. */
function results(
  { results: real }: MessageBatches,
  changed: (result: BatchResult) => BatchResult[],
): Pick<MessageBatches, 'results'> {
  return {
    async *results(...given) {
      for await (const result of real(...given)) yield* changed(result);
    },
  };
}

it('a request that was put aside by a run that stood still until its answer was there is not sent again', async () => {
  const { parks, batcher, requests, redis, ledger, ended, sent, pending, ask } = await openBatches();
  await parks('tea');
  const [call] = await requests.read(await requests.pending(1));
  await batcher('one').send();
  await ended();
  await batcher('one').settle();
  if (call) await batchOutbox(redis, ledger.keyspace).put(call, job);
  await batcher('one').send();
  expect([await pending(), await sent()]).toEqual([0, 1]);
  expect((await ask('tea')).response.batched).toBe(true);
});

it('of two that send, the one that is left with a part of what it saw sends nothing', async () => {
  const { parks, batcher, requests, endpoint, pass, ended, ask, emulator, sent, usage } = await openBatches();
  await parks('tea', 'coffee');
  const overtaken = {
    ...requests,
    async claim(...given: Parameters<typeof requests.claim>) {
      const [batch] = given;
      await requests.claim({ ...batch, id: 'other', customIds: batch.customIds.slice(1), sender: 'two' });
      return requests.claim(...given);
    },
  };
  const dying: Partial<MessageBatches> = { create: (...given) => endpoint.create(...given).then(died) };
  await batcher('one', dying, overtaken)
    .send()
    .catch(() => undefined);
  await ended(await sent());
  pass(doubt.others);
  const { send, settle } = batcher('three');
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    await send();
    await ended(await sent());
  }
  await ask('tea');
  await ask('coffee');
  expect(emulator.stats()).toMatchObject({ paid: 2 });
  expect(await usage()).toMatchObject({ calls: 2, possiblyRepeatedCalls: 0 });
});

const unread: BatchEnd = {
  kind: 'answered',
  answer() {
    throw new TypeError('content is not a list');
  },
};
const lost: [string, (result: BatchResult) => BatchResult[]][] = [
  ['is missing', () => []],
  ['is under another name', (result) => [{ ...result, customId: 'strange' }]],
  ['holds no whole message', (result) => [{ ...result, end: { kind: 'unreadable' } }]],
  ["can't be read", (result) => [{ ...result, end: unread }]],
];

it.each(lost)(
  'an answer that %s is asked for again, and counted as possibly repeated',
  async (_what, change) => {
    const { parks, batcher, endpoint, ended, ask, errors, usage } = await openBatches();
    await parks('tea', 'coffee');
    await batcher('one').send();
    await ended();
    let seen = 0;
    // Of the first result alone.
    const changed = (result: BatchResult) => ((seen += 1) === 1 ? change(result) : [result]);
    await batcher('one', results(endpoint, changed)).settle();
    expect(errors).toEqual([]);
    await batcher('one').send();
    await ended(2);
    await batcher('one').settle();
    await ask('tea');
    await ask('coffee');
    expect(await usage()).toMatchObject({ calls: 2, possiblyRepeatedCalls: 1 });
  },
);

it('a batch that its endpoint keeps longer than any is given up', async () => {
  const { parks, batcher, pass, pending, requests } = await openBatches(60_000);
  await parks('tea');
  const { send, settle } = batcher('one');
  await send();
  pass(28 * DAY);
  await settle();
  expect([await pending(), (await requests.open()).length]).toEqual([0, 1]);
  pass(2 * DAY);
  await settle();
  expect([await pending(), (await requests.open()).length]).toEqual([1, 0]);
});

it('what was held for a call that is dropped is let go of before it leaves, and once, also when that is done again', async () => {
  const { parks, batcher, requests, ledger, goalId, starts, pending } = await openBatches();
  await parks('tea');
  await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
  const seen: string[][] = [];
  const dying = {
    ...requests,
    async finish() {
      seen.push(await starts());
      return died();
    },
  };
  await expect(batcher('one', {}, dying).send()).rejects.toThrow('died');
  expect([seen, await pending()]).toEqual([[['0']], 1]);
  await batcher('two').send();
  expect([await starts(), await pending()]).toEqual([['0'], 0]);
});
