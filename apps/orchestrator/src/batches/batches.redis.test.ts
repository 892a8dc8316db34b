import { describe, expect, it } from 'vitest';
import { endGoal } from '@baton/shared/ledger/goal-end';
import type { FaultRule } from '../../../../packages/emulator/src/fault/fault.ts';
import { RETENTION } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { doubt, job, openBatches } from './testing/open-batches.ts';

describe('a request that can wait', () => {
  it('is sent once, however often it is asked for, and answered from the journal at half the price', async () => {
    const { ask, parks, batcher, pending, emulator, usage, ended, requests, normal } = await openBatches();
    const { send, settle } = batcher('one');
    await parks('tea', 'coffee');
    await parks('tea', 'coffee');
    expect(await pending()).toBe(2);
    await send();
    await parks('tea', 'coffee');
    await ended();
    await settle();
    const { response, costUsd, savedUsd, reused } = await ask('tea');
    expect(response).toMatchObject({ batched: true, simulated: true, stopReason: 'end_turn' });
    expect(response.text).not.toBe('');
    expect(reused).toBe(true);
    expect(costUsd).toBeGreaterThan(0);
    expect(savedUsd).toBe(costUsd);
    await ask('coffee');
    expect(emulator.stats()).toMatchObject({ calls: 2, paid: 2 });
    expect(await usage()).toMatchObject({ calls: 2, possiblyRepeatedCalls: 0 });
    expect(await requests.jobsToWake()).toEqual([job]);
    expect(await requests.open()).toEqual([]);
    expect(await pending()).toBe(0);
    expect(normal).toEqual([]);
  });

  it('is begun, once, for as long as it waits: what it may spend is held for it', async () => {
    const { parks, batcher, starts } = await openBatches();
    await parks('tea');
    await parks('tea');
    expect(await starts()).toEqual(['1']);
    await batcher('one').send();
    await parks('tea');
    expect(await starts()).toEqual(['1']);
  });

  it('leaves nothing behind', async () => {
    const { parks, batcher, ended, requests, redis, ledger } = await openBatches();
    await parks('tea');
    await batcher('one').send();
    await ended();
    await batcher('one').settle();
    await requests.woken(job);
    const { batchRequests, batchPending, batches, batchWakes } = ledger.keyspace;
    expect(await redis.exists(batchRequests, batchPending, batches, batchWakes)).toBe(0);
  });

  it('is dropped unpaid when its goal ends before it is sent', async () => {
    const { parks, batcher, ledger, goalId, sent, pending, usage } = await openBatches();
    await parks('tea');
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await batcher('one').send();
    expect([await sent(), await pending()]).toEqual([0, 0]);
    expect(await usage()).toMatchObject({ calls: 0, possiblyRepeatedCalls: 0 });
  });

  it('is counted when its goal ends after it was sent', async () => {
    const { parks, batcher, ledger, goalId, ended, usage } = await openBatches();
    await parks('tea');
    await batcher('one').send();
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await ended();
    await batcher('one').settle();
    expect(await usage()).toMatchObject({ calls: 1 });
    expect((await usage()).costUsd).toBeGreaterThan(0);
  });
});

describe('an endpoint', () => {
  it('whose reply to a batch is lost has its list asked', async () => {
    const { parks, batcher, inject, ended, pass, ask, emulator, sent } = await openBatches();
    inject({ match: { role: 'batch' }, fault: { kind: 'cut' } });
    await parks('tea');
    const { send, settle } = batcher('one');
    await send();
    await ended();
    await settle();
    await send();
    pass(doubt.own);
    await settle();
    await settle();
    await ask('tea');
    expect([await sent(), emulator.stats().paid]).toEqual([1, 1]);
  });

  it('that takes no batches gets the calls at once', async () => {
    const { parks, batcher, inject, ask, pending, normal, starts, requests } = await openBatches();
    inject({ match: { role: 'batch' }, fault: { kind: 'error', status: 404, type: 'not_found_error' } });
    await parks('tea', 'coffee');
    await batcher('one').send();
    expect(await requests.jobsToWake()).toEqual([job]);
    expect([await pending(), (await requests.open()).length]).toEqual([0, 0]);
    await expect(ask('tea')).rejects.toThrow('made at once');
    expect(normal).toEqual(['tea']);
    expect(await starts()).toEqual(['0', '0']);
  });

  it('that refuses one request of a batch gets the others', async () => {
    const { parks, batcher, inject, ask, ended, sent } = await openBatches();
    inject({
      match: { role: 'batch', contains: 'poison' },
      fault: { kind: 'error', status: 400, type: 'invalid_request_error' },
      times: 20,
    });
    const texts = ['a', 'b', 'poison', 'c', 'd'];
    await parks(...texts);
    const { send, settle } = batcher('one');
    await send();
    await ended(await sent());
    await settle();
    await expect(ask('poison')).rejects.toMatchObject({
      name: 'ModelError',
      status: 400,
      failure: { kind: 'terminal' },
    });
    for (const text of ['a', 'b', 'c', 'd']) expect((await ask(text)).response.batched).toBe(true);
  });

  it('that limits batches is asked later, and nothing is lost', async () => {
    const { parks, batcher, inject, pending, sent, requests, pass } = await openBatches();
    inject({ match: { role: 'batch' }, fault: { kind: '429', retryAfter: 7 } });
    await parks('tea');
    const { send } = batcher('one');
    for (const ms of [0, 6_000]) {
      pass(ms);
      await send();
      expect([await pending(), await sent(), (await requests.open()).length]).toEqual([1, 0, 0]);
    }
    pass(1_000);
    await send();
    expect([await pending(), await sent()]).toEqual([0, 1]);
  });

  it('that refuses the key fails the calls', async () => {
    const { parks, batcher, inject, ask, pending } = await openBatches();
    inject({ match: { role: 'batch' }, fault: { kind: 'error', status: 401, type: 'authentication_error' } });
    await parks('tea');
    await batcher('one').send();
    expect(await pending()).toBe(0);
    await expect(ask('tea')).rejects.toMatchObject({ status: 401, failure: { kind: 'terminal' } });
  });

  it('that has forgotten a batch gets its requests again, counted as possibly repeated', async () => {
    const { parks, batcher, ended, ask, usage, pending } = await openBatches();
    await parks('tea');
    await batcher('one').send();
    await ended();
    await batcher('one', { find: () => Promise.resolve(null) }).settle();
    expect(await pending()).toBe(1);
    await batcher('one').send();
    await ended(2);
    await batcher('one').settle();
    await ask('tea');
    expect(await usage()).toMatchObject({ calls: 1, possiblyRepeatedCalls: 1 });
  });
});

describe('a request that comes back', () => {
  const again: FaultRule['fault'][] = [{ kind: '529' }, { kind: '500' }, { kind: 'hang' }];
  it.each(again)('without an answer ($kind) is sent again, in three batches at most', async (fault) => {
    const { parks, batcher, inject, ended, ask, sent, emulator, usage } = await openBatches();
    inject({ fault, times: 3 });
    await parks('tea');
    const { send, settle } = batcher('one');
    for (let batch = 1; batch <= 4; batch += 1) {
      await send();
      await ended(Math.min(batch, 3));
      await settle();
    }
    await expect(ask('tea')).rejects.toMatchObject({ name: 'ModelError', failure: { kind: 'terminal' } });
    expect([await sent(), emulator.stats().paid]).toEqual([3, 0]);
    expect(await usage()).toMatchObject({ calls: 0, possiblyRepeatedCalls: 0 });
  });

  it('is answered by its second batch', async () => {
    const { parks, batcher, inject, ended, ask } = await openBatches();
    inject({ fault: { kind: '529' } });
    await parks('tea');
    const { send, settle } = batcher('one');
    for (const batch of [1, 2]) {
      await send();
      await ended(batch);
      await settle();
    }
    expect((await ask('tea')).response.batched).toBe(true);
  });

  it('waits again only for the batch that it is in', async () => {
    const { parks, batcher, requests, pending } = await openBatches(60_000);
    await parks('tea');
    const [customId = ''] = await requests.pending(1);
    await batcher('one').send();
    expect(await requests.giveBack('another batch', customId)).toBe(false);
    expect(await pending()).toBe(0);
  });

  it('refused for what it is fails at once', async () => {
    const { parks, batcher, inject, ended, ask, sent } = await openBatches();
    inject({ fault: { kind: 'error', status: 400, type: 'invalid_request_error', message: 'too odd' } });
    await parks('tea');
    await batcher('one').send();
    await ended();
    await batcher('one').settle();
    await expect(ask('tea')).rejects.toThrow('too odd');
    await expect(ask('tea')).rejects.toThrow('too odd');
    expect(await sent()).toBe(1);
  });
});
