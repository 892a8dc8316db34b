/* Who may call, when several processes share a model? Each governor here stands for a process. */
import { Redis } from 'ioredis';
import { describe, expect, inject, it } from 'vitest';
import type { Admission, Governor } from '../model/governor.ts';
import { LaterError } from '../model/llm.ts';
import { redisGovernor } from './redis-governor.ts';
import {
  answered,
  ask,
  errorOf,
  failed,
  MODEL,
  noWatch,
  once,
  openGovernors,
  requestsPerMinute,
  unlimited,
} from './testing/test-governors.ts';

describe('a bucket', () => {
  it('gives what it holds at once, and more as it fills', async () => {
    const { governor } = openGovernors({ MODEL_RPM: 600 });
    const [one, other] = [governor(once), governor(once)];
    const given = await Promise.all(
      Array.from({ length: 700 }, (_, index) => errorOf(ask(index % 2 === 0 ? one : other))),
    );
    const granted = given.filter((error) => error === null).length;
    expect(granted).toBeGreaterThanOrEqual(588);
    // Ten more come in a second.
    expect(granted).toBeLessThan(620);
    expect(given.filter((error) => error instanceof LaterError)).toHaveLength(700 - granted);
  });

  it.each([
    ['MODEL_ITPM', { inputTokens: 600 }],
    ['MODEL_OTPM', { mostOutputTokens: 600 }],
  ])('of %s is held against what a call is reckoned to use', async (setting, call) => {
    const { governor } = openGovernors({ [setting]: 2_000 });
    const one = governor(once);
    for (let count = 0; count < 3; count += 1) await ask(one, call);
    expect(await errorOf(ask(one, call))).toBeInstanceOf(LaterError);
  });

  it('gets back what was reckoned too much, and all of what was not sent', async () => {
    const { governor, state } = openGovernors({ MODEL_ITPM: 10_000 });
    const one = governor();
    const first = await ask(one, { inputTokens: 4_000 });
    await first.settle(answered);
    expect(await state('inputLevel')).toBeCloseTo(9_700, -2);
    const second = await ask(one, { inputTokens: 4_000 });
    await second.settle({ kind: 'unsent' });
    expect(await state('inputLevel')).toBeCloseTo(9_700, -2);
  });

  it('keeps what may have been paid for', async () => {
    const { governor, state } = openGovernors({ MODEL_ITPM: 10_000 });
    const one = governor();
    await (await ask(one, { inputTokens: 4_000 })).settle({ ...failed, isLost: true });
    expect(await state('inputLevel')).toBeLessThan(6_000);
    await (await ask(one, { inputTokens: 4_000 })).settle({ kind: 'left' });
    expect(await state('inputLevel')).toBeLessThan(2_500);
  });

  it('learns how much of its prompts a model really counts', async () => {
    const { governor, state } = openGovernors({ MODEL_ITPM: 1_000_000 });
    const one = governor();
    for (let count = 0; count < 30; count += 1)
      await (await ask(one, { inputTokens: 1_000 })).settle(answered);
    expect(await state('inputRatio')).toBeLessThan(0.2);
  });

  it('serves a call that is larger than itself when it is full', async () => {
    const { governor, set } = openGovernors({ MODEL_ITPM: 6_000 });
    const one = governor(once);
    await ask(one, { inputTokens: 50_000 });
    await set({ inputLevel: 5_000 });
    expect(await errorOf(ask(one, { inputTokens: 50_000 }))).toBeInstanceOf(LaterError);
    await set({ inputLevel: 5_880 });
    await ask(one, { inputTokens: 50_000 });
  });
});

describe('the line', () => {
  it('lets the more urgent go first, then those who came first', async () => {
    const { governor, set, waiting } = openGovernors({ MODEL_RPM: 600 });
    const [one, other] = [governor(), governor()];
    await ask(one);
    await set({ requestsLevel: -3 });
    const order: string[] = [];
    const go = async (name: string, by: Governor, urgency: number): Promise<void> => {
      await ask(by, { urgency });
      order.push(name);
    };
    const all = [go('late', one, 9)];
    await expect.poll(waiting).toBe(1);
    all.push(go('later', other, 9));
    await expect.poll(waiting).toBe(2);
    all.push(go('urgent', other, 1));
    await Promise.all(all);
    expect(order).toEqual(['urgent', 'late', 'later']);
  });

  it('never lets small calls pass a large one for which they would leave nothing', async () => {
    const { governor, set, waiting } = openGovernors({ MODEL_ITPM: 60_000 });
    const [patient, other] = [governor({ mostHere: 100_000 }), governor(once)];
    await ask(patient);
    await set({ inputLevel: 1_000 });
    const leaving = new AbortController();
    const large = errorOf(ask(patient, { inputTokens: 50_000, urgency: 1 }, leaving.signal));
    await expect.poll(waiting).toBe(1);
    expect(await errorOf(ask(other, { inputTokens: 10, urgency: 2 }))).toBeInstanceOf(LaterError);
    await ask(other, { inputTokens: 10, urgency: 0 });
    leaving.abort();
    await large;
    await expect.poll(waiting).toBe(0);
    await ask(other, { inputTokens: 10, urgency: 2 });
  });

  it('forgets who stops asking', async () => {
    const { governor, set, redis, keyspace, waiting } = openGovernors({ MODEL_RPM: 600 });
    const leaving = new AbortController();
    const one = governor();
    await ask(one);
    await set({ requestsLevel: -50 });
    const left = errorOf(ask(one, { urgency: 0 }, leaving.signal));
    await expect.poll(waiting).toBe(1);
    leaving.abort();
    expect(await left).toMatchObject({ failure: { kind: 'cancelled' } });
    await expect.poll(waiting).toBe(0);

    // One whose process has died says nothing.
    await redis.zadd(keyspace.modelWaiting(MODEL), 0, '000000000000099|1|1|');
    await redis.zadd(keyspace.modelDue(MODEL), Date.now() - 1, '000000000000099|1|1|');
    await set({ requestsLevel: 5 });
    await ask(one, { urgency: 5 });
    expect(await waiting()).toBe(0);
  });

  it('sends a job away for as long as it must wait, and keeps its place', async () => {
    const { governor, set, waiting } = openGovernors({ MODEL_RPM: 600 });
    const one = governor();
    await ask(one);
    await set({ requestsLevel: -599 });
    const away = await errorOf(ask(one, { job: 'tasks/1', urgency: 1 }));
    expect(away).toBeInstanceOf(LaterError);
    expect((away as LaterError).delayMs).toBeGreaterThan(50_000);
    expect((away as LaterError).delayMs).toBeLessThan(60_000);
    const behind = (await errorOf(ask(one, { job: 'tasks/2', urgency: 1 }))) as LaterError;
    expect(behind.delayMs).toBeGreaterThan((away as LaterError).delayMs);

    await set({ requestsLevel: -4 });
    const order: string[] = [];
    const second = ask(one, { job: 'tasks/2', urgency: 1 }).then(() => order.push('2'));
    await expect.poll(waiting).toBe(1);
    const first = ask(one, { job: 'tasks/1', urgency: 1 }).then(() => order.push('1'));
    await Promise.all([first, second]);
    expect(order).toEqual(['1', '2']);
  });

  it('gives back what was granted to nobody', async () => {
    const { governor, inFlight, state } = openGovernors({ MODEL_RPM: 600 });
    const leaving = new AbortController();
    const asked = errorOf(ask(governor(), {}, leaving.signal));
    leaving.abort();
    expect(await asked).toMatchObject({ failure: { kind: 'cancelled' } });
    await expect.poll(() => state('requestsLevel')).toBeGreaterThan(587.9);
    expect(await inFlight()).toBe(0);
  });
});

describe('what an endpoint tells', () => {
  it('is what counts, in place of settings, from then on', async () => {
    const { governor, state } = openGovernors({ MODEL_RPM: 600 });
    const one = governor();
    const admission = await ask(one);
    admission.learn(requestsPerMinute(60, 59));
    await expect.poll(() => state('requestsLimit')).toBe(60);
    expect(await state('requestsLevel')).toBeLessThan(60);
    admission.learn(requestsPerMinute(6_000, 5_999));
    await expect.poll(() => state('requestsLimit')).toBe(6_000);
  });

  it('lowers a level that is too high, and never raises one', async () => {
    const { governor, state, set } = openGovernors({ MODEL_RPM: 60 });
    const admission = await ask(governor());
    admission.learn(requestsPerMinute(60, 7));
    await expect.poll(() => state('requestsLevel')).toBeLessThan(8);
    await set({ requestsLevel: 2, at: Date.now() });
    admission.learn(requestsPerMinute(60, 20));
    admission.learn(requestsPerMinute(61, 20));
    await expect.poll(() => state('requestsLimit')).toBe(61);
    expect(await state('requestsLevel')).toBeLessThan(4);
  });
});

describe('settings', () => {
  it('that change count from the next call on, until the endpoint tells its limits', async () => {
    const { governor, redis, keyspace, state } = openGovernors({ MODEL_RPM: 60 });
    await ask(governor());
    const raised = redisGovernor(redis, keyspace, { ...unlimited, MODEL_RPM: 600 }, noWatch);
    const admission = await ask(raised);
    expect(await state('requestsLimit')).toBe(600);
    expect(await state('requestsLevel')).toBeGreaterThan(560);
    admission.learn(requestsPerMinute(90, 89));
    await expect.poll(() => state('requestsLimit')).toBe(90);
    await ask(raised);
    expect(await state('requestsLimit')).toBe(90);
  });

  it('that move a model to an endpoint without limits end those of the old one', async () => {
    const { governor, state } = openGovernors({ MODEL_RPM: 600 });
    const one = governor();
    const admission = await ask(one);
    admission.learn(requestsPerMinute(6, 6));
    await expect.poll(() => state('requestsLimit')).toBe(6);
    await admission.settle(answered);
    for (let count = 0; count < 3; count += 1) await (await ask(one)).settle(answered);
    for (let count = 0; count < 20; count += 1) await ask(one);
    expect(await state('requestsLimit')).toBe(600);
  });
});

it('forgets a model that nobody has used for a day', async () => {
  const { governor, redis, keyspace } = openGovernors();
  const admission = await ask(governor());
  expect(await redis.pttl(keyspace.modelState(MODEL))).toBeGreaterThan(86_000_000);
  expect(await redis.pttl(keyspace.modelInFlight(MODEL))).toBeGreaterThan(86_000_000);
  await admission.settle(answered);
});

describe('a Redis that has lost what it knew', () => {
  it('is told the limits again, though they are what this process told last', async () => {
    const { governor, redis, keyspace, state } = openGovernors();
    const one = governor();
    (await ask(one)).learn(requestsPerMinute(600, 599));
    await expect.poll(() => state('requestsLimit')).toBe(600);
    await redis.del(keyspace.modelState(MODEL));
    (await ask(one)).learn(requestsPerMinute(600, 598));
    await expect.poll(() => state('requestsLimit')).toBe(600);
  });

  it('goes on by the clock of another one that is behind', async () => {
    const { governor, redis, keyspace, set, inFlight } = openGovernors({ MODEL_RPM: 60 });
    const one = governor(once);
    await (await ask(one)).settle(answered);
    const ahead = Date.now() + 3_600_000;
    await set({ at: ahead, requestsLevel: -1, pausedUntil: ahead + 100 });
    await redis.zadd(keyspace.modelInFlight(MODEL), ahead + 100, '000000000000099|1|1|');
    const behind = (await errorOf(ask(one))) as LaterError;
    expect(behind.delayMs).toBeLessThan(3_000);
    await set({ requestsLevel: 10 });
    await expect.poll(async () => errorOf(ask(one))).toBeNull();
    expect(await inFlight()).toBe(1);
  });
});

describe('before anything is known', () => {
  it('two calls go, then twice as many with each answer, until limits are told', async () => {
    const { governor, inFlight } = openGovernors();
    const [one, other] = [governor(), governor()];
    const admissions: Admission[] = [];
    const all = Array.from({ length: 9 }, (_, index) =>
      ask(index % 2 === 0 ? one : other).then((admission) => admissions.push(admission)),
    );
    await expect.poll(inFlight).toBe(2);
    await expect.poll(() => admissions.length).toBe(2);
    void admissions[0]?.settle(answered);
    await expect.poll(inFlight).toBe(4);
    admissions[1]?.learn(requestsPerMinute(600, 590));
    await Promise.all(all);
    expect(await inFlight()).toBe(8);
  });
});

describe('calls that hang before anything is known', () => {
  it('hold up the others for a second each time, not for good', async () => {
    const { governor, inFlight, set, state } = openGovernors();
    const one = governor();
    const all = Array.from({ length: 8 }, () => ask(one));
    await expect.poll(inFlight).toBe(2);
    await set({ slow: (await state('slow')) - 2_000 });
    await Promise.all(all);
    expect(await inFlight()).toBe(8);
  });
});

describe('a process that dies', () => {
  it('frees the place of its call after the lease, which a call that goes on renews', async () => {
    const { governor, redis, keyspace, set, inFlight } = openGovernors({ MODEL_RPM: 6_000 });
    const one = governor({ lease: 300 });
    await ask(one);
    const connection = new Redis(inject('redisUrl'));
    const dying = redisGovernor(connection, keyspace, { ...unlimited, MODEL_RPM: 6_000 }, noWatch, {
      lease: 300,
    });
    await ask(dying);
    connection.disconnect();
    await set({ slots: 2, halvedAt: Date.now() });
    await ask(governor());
    expect(await inFlight()).toBe(2);
    await redis.ping();
  });
});
