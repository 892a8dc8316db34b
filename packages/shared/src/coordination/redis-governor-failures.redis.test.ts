/* What becomes of everybody's calls when one of them fails? Each governor here stands for a process. */
import { describe, expect, it } from 'vitest';
import type { CallEnd } from '../model/call-end.ts';
import { MAX_ATTEMPTS } from '@baton/plan/retry';
import { plainPurpose } from '../model/call-purpose.ts';
import { withGovernor, type Governor } from '../model/governor.ts';
import { LaterError, ModelError, type Llm } from '../model/llm.ts';
import { RetryLaterError, withRetries } from '../model/retrying-llm.ts';
import {
  answered,
  ask,
  errorOf,
  failed,
  limited,
  once,
  openGovernors,
  MODEL,
  signal,
} from './testing/test-governors.ts';

describe('a refusal', () => {
  it('for the rate pauses the model for every process', async () => {
    const { governor, told } = openGovernors({ MODEL_RPM: 6_000 });
    const [one, other] = [governor(), governor()];
    const refused = await ask(one);
    const refusedAt = performance.now();
    await refused.settle(limited(400));
    await Promise.all([ask(one), ask(other), ask(other)]);
    expect(performance.now() - refusedAt).toBeGreaterThan(399);
    expect(told).toEqual(['rate_limit', 'paused']);
  });

  it('counts though its call was given up for lost', async () => {
    const { governor, redis, keyspace, state } = openGovernors({ MODEL_RPM: 6_000 });
    const refused = await ask(governor());
    await redis.del(keyspace.modelInFlight(MODEL));
    const level = await state('requestsLevel');
    await refused.settle(limited(60_000));
    expect(await errorOf(ask(governor(once)))).toBeInstanceOf(LaterError);
    expect(await state('requestsLevel')).toBeLessThan(level + 90);
  });

  it('of many calls at once that names no time pauses the model for a second', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    const calls = await Promise.all(Array.from({ length: 30 }, () => ask(one)));
    await Promise.all(calls.map((call) => call.settle(limited(null))));
    const refusedAt = performance.now();
    await ask(one);
    expect(performance.now() - refusedAt).toBeLessThan(5_000);
  });

  it('of the shorter wait does not end a longer one', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor(once);
    const [first, second] = await Promise.all([ask(one), ask(one)]);
    await first?.settle(limited(60_000));
    await second?.settle(limited(0));
    expect(((await errorOf(ask(one))) as LaterError).delayMs).toBeGreaterThan(50_000);
  });

  it('for longer than a bucket takes to fill is about the call that was refused', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor(once);
    await (await ask(one)).settle(limited(3_600_000));
    expect(((await errorOf(ask(one))) as LaterError).delayMs).toBeLessThan(61_000);
  });

  it('for overload halves what may be under way, at most once a second', async () => {
    const { governor, state, set } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    const calls = await Promise.all(Array.from({ length: 16 }, () => ask(one)));
    const overloaded: CallEnd = { kind: 'overloaded', isLost: false, failures: 1, since: 0 };
    await calls[0]?.settle(overloaded);
    await calls[1]?.settle(overloaded);
    expect(await state('slots')).toBe(8);
    // One call's own overload, however often, stops nobody else.
    await set({ halvedAt: 0 });
    await calls[2]?.settle({ ...overloaded, failures: 4 });
    expect(await state('slots')).toBe(8);
    for (const call of calls.slice(3, 11)) await call.settle(answered);
    expect(await state('slots')).toBeCloseTo(9, 0);
  });

  it('for overload leaves room for others though those under way hang', async () => {
    const { governor, state, set } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    const hanging = await Promise.all(Array.from({ length: 3 }, () => ask(one)));
    await hanging[0]?.settle({ kind: 'overloaded', isLost: false, failures: 1, since: 0 });
    expect(await state('slots')).toBe(2);
    expect(await errorOf(ask(governor(once)))).toBeInstanceOf(LaterError);
    await set({ halvedAt: Date.now() - 1_000 });
    await ask(one);
    expect(await state('slots')).toBe(3);
  });

  it('for a spent account that others have not met with ends no other call', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    for (let count = 0; count < 5; count += 1) {
      await (await ask(one)).settle({ kind: 'spent', message: 'No money left.' });
      await (await ask(one)).settle(answered);
    }
    await ask(one);
  });

  it('for a spent account ends every call for a while, in the same words', async () => {
    const { governor, told } = openGovernors({ MODEL_RPM: 6_000 });
    const [one, other] = [governor(), governor()];
    for (let count = 0; count < 3; count += 1) {
      expect(await errorOf(ask(other))).toBeNull();
      await (await ask(one)).settle({ kind: 'spent', message: 'No money left.' });
    }
    expect(await errorOf(ask(other))).toMatchObject({
      message: 'No money left.',
      type: 'spend_limit_reached',
      failure: { kind: 'terminal' },
    });
    expect(told).toEqual(['spend_limit', 'spend_limit', 'spend_limit', 'stopped']);
  });
});

describe('the breaker', () => {
  async function broken() {
    const test = openGovernors({ MODEL_RPM: 6_000 });
    const [one, other] = [test.governor(), test.governor()];
    for (let count = 0; count < 5; count += 1) {
      expect(await errorOf(ask(other))).toBeNull();
      await (await ask(one)).settle(failed);
      await test.set({ failedAt: 0 });
    }
    return { ...test, one, other };
  }

  it('opens after five failures in a row, for every process', async () => {
    const { other, told } = await broken();
    const error = (await errorOf(ask(other))) as ModelError;
    expect(error).toMatchObject({
      type: 'model_unavailable',
      failure: { kind: 'retryable', isOutage: true },
    });
    expect(told).toEqual(['opened', 'unavailable']);
  });

  it('lets one call try after a while, and closes when it is answered', async () => {
    const { one, other, set } = await broken();
    await set({ openUntil: Date.now() - 10 });
    expect(await errorOf(ask(one, { hasFailed: true }))).toMatchObject({ type: 'model_unavailable' });
    const probe = await ask(one);
    expect(await errorOf(ask(other))).toMatchObject({ type: 'model_unavailable' });
    await probe.settle(answered);
    await ask(other);
  });

  it('stays open twice as long when the trial fails, and 15 s at the most', async () => {
    const { one, set, state } = await broken();
    for (const ms of [4_000, 8_000, 15_000, 15_000]) {
      await set({ openUntil: Date.now() - 10 });
      await (await ask(one)).settle(failed);
      expect((await state('openUntil')) - Date.now()).toBeGreaterThan(ms - 1_500);
      expect((await state('openUntil')) - Date.now()).toBeLessThanOrEqual(ms + 100);
    }
  });

  it('stays open no longer when the call that tried has failed before', async () => {
    const { one, set, state } = await broken();
    for (let count = 0; count < 5; count += 1) {
      await set({ openUntil: Date.now() - 10 });
      await (await ask(one)).settle({ ...failed, failures: 2 });
      expect((await state('openUntil')) - Date.now()).toBeLessThanOrEqual(4_100);
    }
  });

  it('leaves overload to fewer calls at a time, unless it lasts', async () => {
    const { governor, state, set } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    const overload = async (): Promise<void> => {
      await (await ask(one)).settle({ ...failed, kind: 'overloaded' });
      await set({ failedAt: 0 });
    };
    for (let count = 0; count < 19; count += 1) await overload();
    expect(await state('openUntil')).toBeFalsy();
    await overload();
    expect(await state('openUntil')).toBeGreaterThan(Date.now());
  });

  it.each([{ kind: 'left' }, limited(10)] as const)(
    'lets the next one try when the trial came to nothing: $kind',
    async (end) => {
      const { one, other, set } = await broken();
      await set({ openUntil: Date.now() - 10 });
      await (await ask(one)).settle(end);
      await ask(other);
    },
  );

  it('is not opened by one call that fails again and again, nor by what is nobody’s failure', async () => {
    const { governor, set } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    for (let failures = 1; failures <= 20; failures += 1) {
      await (await ask(one)).settle({ ...failed, failures });
      await set({ failedAt: 0 });
    }
    for (let count = 0; count < 20; count += 1) await (await ask(one)).settle({ kind: 'rejected' });
    await ask(one);
  });

  it('takes failures at the same moment for one', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    const calls = await Promise.all(Array.from({ length: 20 }, () => ask(one)));
    await Promise.all(calls.map((call) => call.settle(failed)));
    await ask(one);
  });

  it('tells whether others were answered since a call was first tried', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor();
    const first = await ask(one);
    expect(await first.settle({ ...failed, since: first.grantedAt })).toEqual({ isDown: true });
    await (await ask(one)).settle(answered);
    expect(await (await ask(one)).settle({ ...failed, since: first.grantedAt })).toEqual({ isDown: false });
  });
});

describe('a call that is tried again', () => {
  const request = { model: MODEL, system: '', messages: [], maxTokens: 1, jsonSchema: null };
  const broken = new ModelError('Broken', {
    failure: { kind: 'retryable', retryAfterMs: null },
    type: 'api_error',
    status: 500,
  });
  const atOnce = { random: () => 0, sleep: async () => undefined, onRetry: () => undefined };

  function failing(governor: Governor, meanwhile: () => Promise<unknown>) {
    let tries = 0;
    const llm: Llm = {
      async call() {
        tries += 1;
        await meanwhile();
        throw broken;
      },
    };
    const retried = withRetries(withGovernor(llm, governor, plainPurpose), atOnce);
    return { call: () => retried.call(request, { signal }), tries: () => tries };
  }

  it('goes back to its queue while nobody is answered', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const { call, tries } = failing(governor(), async () => undefined);
    expect(await errorOf(call())).toBeInstanceOf(RetryLaterError);
    expect(tries()).toBe(MAX_ATTEMPTS);
  });

  it('is given up when others are answered', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 6_000 });
    const other = governor();
    const { call, tries } = failing(governor(), async () => (await ask(other)).settle(answered));
    expect(await errorOf(call())).toBe(broken);
    expect(tries()).toBe(MAX_ATTEMPTS);
  });
});
