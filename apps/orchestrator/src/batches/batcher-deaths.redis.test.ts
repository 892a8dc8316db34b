/* What breaks when a process dies, stands still or isn't heard, between any two steps of a batch? */
import { describe, expect, it } from 'vitest';
import { batchOutbox } from '@baton/shared/coordination/batch-requests';
import type { MessageBatches } from '@baton/shared/model/message-batches';
import { doubt, job, openBatches } from './testing/open-batches.ts';

const died = (): never => {
  throw new Error('the process died');
};

describe('a process that dies', () => {
  it('before the batch is created: its requests are sent when it is sure to be gone, and paid for once', async () => {
    const { parks, batcher, ask, pass, sent, ended, emulator, usage, pending } = await openBatches();
    await parks('tea', 'coffee');
    await expect(batcher('one', { create: died }).send()).rejects.toThrow('died');
    const { send, settle } = batcher('two');
    await settle();
    await send();
    expect([await sent(), await pending()]).toEqual([0, 0]);
    pass(doubt.others);
    await settle();
    expect(await pending()).toBe(2);
    await send();
    await ended();
    await settle();
    await ask('tea');
    expect(emulator.stats()).toMatchObject({ paid: 2 });
    expect(await usage()).toMatchObject({ calls: 2, possiblyRepeatedCalls: 0 });
  });

  it.each(['one', 'two'])('before it knows the id of its batch, which %s then finds', async (finder) => {
    const { parks, batcher, endpoint, ask, pass, ended, emulator, sent, usage } = await openBatches();
    await parks('tea', 'coffee');
    const dying: Partial<MessageBatches> = {
      create: (...given) => endpoint.create(...given).then(died),
    };
    await expect(batcher('one', dying).send()).rejects.toThrow('died');
    await ended();
    const { send, settle } = batcher(finder);
    pass(finder === 'one' ? doubt.own : doubt.others);
    await settle();
    await settle();
    await send();
    await ask('tea');
    await ask('coffee');
    expect(await sent()).toBe(1);
    expect(emulator.stats()).toMatchObject({ paid: 2 });
    expect(await usage()).toMatchObject({ calls: 2, possiblyRepeatedCalls: 0 });
  });

  it('between an answer and its request: the delivery is done again, and counts once', async () => {
    const { parks, batcher, requests, ask, ended, usage, emulator, errors } = await openBatches();
    await parks('tea', 'coffee');
    await batcher('one').send();
    await ended();
    let finished = 0;
    const dying = {
      ...requests,
      finish: (...given: Parameters<typeof requests.finish>) =>
        (finished += 1) === 2 ? died() : requests.finish(...given),
    };
    await batcher('one', {}, dying).settle();
    expect(errors.splice(0)).toHaveLength(1);
    await batcher('two').settle();
    await ask('tea');
    await ask('coffee');
    expect(emulator.stats()).toMatchObject({ paid: 2 });
    expect(await usage()).toMatchObject({ calls: 2, possiblyRepeatedCalls: 0 });
  });

  it('before an answer is in the journal: it is delivered again', async () => {
    const { parks, batcher, ledger, requests, ask, ended, usage, errors } = await openBatches();
    await parks('tea');
    await batcher('one').send();
    await ended();
    const dying: typeof ledger = {
      ...ledger,
      run: (script, ...given) => (script === 'recordCall' ? died() : ledger.run(script, ...given)),
    };
    await batcher('one', {}, requests, dying).settle();
    expect(errors.splice(0)).toHaveLength(1);
    await batcher('two').settle();
    expect((await ask('tea')).response.batched).toBe(true);
    expect(await usage()).toMatchObject({ calls: 1, possiblyRepeatedCalls: 0 });
  });

  it('does not wait for a batch that is known to be another', async () => {
    const { parks, batcher, pass, pending } = await openBatches(60_000);
    const { send, settle } = batcher('one');
    await parks('tea');
    await send();
    await parks('coffee');
    await expect(batcher('one', { create: died }).send()).rejects.toThrow('died');
    pass(doubt.own);
    await settle();
    expect(await pending()).toBe(1);
  });

  it('while a batch that may be its own is under way: nothing is sent until that has ended', async () => {
    const { parks, batcher, endpoint, pass, sent, ended, ask, emulator } = await openBatches(300);
    await parks('tea');
    const dying: Partial<MessageBatches> = { create: (...given) => endpoint.create(...given).then(died) };
    await expect(batcher('one', dying).send()).rejects.toThrow('died');
    const { send, settle } = batcher('two');
    pass(doubt.others);
    await settle();
    await send();
    expect(await sent()).toBe(1);
    await ended();
    await settle();
    await settle();
    await ask('tea');
    expect(emulator.stats()).toMatchObject({ paid: 1 });
  });

  it("and doesn't take another batch of the same size, or an earlier one of the same request, for its own", async () => {
    const { parks, batcher, endpoint, pass, sent, ended, ask, emulator, inject, somebodyElse } =
      await openBatches();
    inject({ fault: { kind: '529' } });
    await parks('tea');
    await batcher('one').send();
    await ended();
    await batcher('one').settle();
    await somebodyElse('before');
    await ended(2);
    const dying: Partial<MessageBatches> = { create: (...given) => endpoint.create(...given).then(died) };
    await expect(batcher('one', dying).send()).rejects.toThrow('died');
    await somebodyElse('after');
    await ended(4);
    const { send, settle } = batcher('two');
    pass(doubt.others);
    await settle();
    await settle();
    await send();
    await ask('tea');
    expect(await sent()).toBe(4);
    expect(emulator.stats()).toMatchObject({ paid: 3 });
  });

  it('before its last try is created: what earlier batches came to is not counted again', async () => {
    const { parks, batcher, pass, ended, ask, inject } = await openBatches();
    inject({ fault: { kind: '529' }, times: 2 });
    await parks('tea');
    const { send, settle } = batcher('one');
    for (const count of [1, 2]) {
      await send();
      await ended(count);
      await settle();
    }
    await expect(batcher('one', { create: died }).send()).rejects.toThrow('died');
    pass(doubt.own);
    await settle();
    await settle();
    await send();
    await ended(3);
    await settle();
    expect((await ask('tea')).response.batched).toBe(true);
  });
});

describe('two at once', () => {
  it('put each request into one batch', async () => {
    const { parks, batcher, ended, ask, emulator, sent } = await openBatches();
    const texts = ['a', 'b', 'c', 'd', 'e'];
    await parks(...texts);
    await Promise.all([batcher('one').send(), batcher('two').send()]);
    await ended(await sent());
    await Promise.all([batcher('one').settle(), batcher('two').settle()]);
    for (const text of texts) await ask(text);
    expect(emulator.stats()).toMatchObject({ paid: 5 });
  });

  it('that put the same request aside send it once', async () => {
    const { parks, batcher, requests, redis, ledger, pending } = await openBatches(60_000);
    await parks('tea');
    const [customId = ''] = await requests.pending(1);
    const [call] = await requests.read([customId]);
    await batcher('one').send();
    if (call) await batchOutbox(redis, ledger.keyspace).put(call, job);
    expect(await pending()).toBe(0);
  });

  it('of which one has stood still: it sends nothing', async () => {
    const { parks, batcher, requests, pass, sent, pending } = await openBatches();
    await parks('tea');
    const slow = {
      ...requests,
      async claim(...given: Parameters<typeof requests.claim>) {
        const claimed = await requests.claim(...given);
        pass(6_000);
        return claimed;
      },
    };
    await batcher('one', {}, slow).send();
    expect([await sent(), await pending()]).toEqual([0, 1]);
  });

  it('of which one was given up while it sent: it takes its batch back', async () => {
    const { parks, batcher, endpoint, requests, pending, usage } = await openBatches(60_000);
    await parks('tea');
    const canceled: string[] = [];
    const { send } = batcher('one', {
      async create(...given) {
        for (const batch of await requests.open()) await requests.release(batch);
        return endpoint.create(...given);
      },
      async cancel(id) {
        canceled.push(id);
      },
    });
    await send();
    expect([canceled.length, await pending()]).toEqual([1, 1]);
    expect(await usage()).toMatchObject({ possiblyRepeatedCalls: 1 });
  });
});
