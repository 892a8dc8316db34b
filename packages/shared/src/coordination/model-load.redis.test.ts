import { describe, expect, it } from 'vitest';
import { calledModels, forgetModels, isHeldBack, readModelLoads, type ModelLoad } from './model-load.ts';
import { answered, ask, errorOf, limited, MODEL, once, openGovernors } from './testing/test-governors.ts';

function open(limits: object = {}) {
  const test = openGovernors(limits);
  const load = async (): Promise<ModelLoad> => {
    const [found] = await readModelLoads(test.redis, test.keyspace, [MODEL]);
    if (!found) throw new Error('no load');
    return found;
  };
  return { ...test, load };
}

const idle = { model: MODEL, waiting: 0, inFlight: 0, isPaused: false, isKnown: true };

describe('what calls make of a model', () => {
  it('is nothing of one that nobody has called', async () => {
    const { redis, keyspace, load } = open();
    expect(await load()).toEqual({ ...idle, isKnown: false });
    expect(await calledModels(redis, keyspace)).toEqual([]);
    expect(await readModelLoads(redis, keyspace, [])).toEqual([]);
  });

  it('counts those under way, and knows the model from then on', async () => {
    const { redis, keyspace, governor, load } = open();
    const admission = await ask(governor());
    expect(await load()).toEqual({ ...idle, inFlight: 1 });
    expect(isHeldBack(await load())).toBe(false);
    await admission.settle(answered);
    expect(await load()).toEqual(idle);
    expect(await calledModels(redis, keyspace)).toEqual([MODEL]);
    await forgetModels(redis, keyspace, [MODEL]);
    expect(await calledModels(redis, keyspace)).toEqual([]);
  });

  it('announces the model once, however many calls there are', async () => {
    const { redis, keyspace, governor } = open();
    const one = governor();
    await (await ask(one)).settle(answered);
    await forgetModels(redis, keyspace, [MODEL]);
    await (await ask(one)).settle(answered);
    expect(await calledModels(redis, keyspace)).toEqual([]);
  });

  it('counts those that wait here and those that were sent away, for as long as their places are kept', async () => {
    const { redis, keyspace, governor, load } = open({ MODEL_RPM: 1 });
    await ask(governor());
    await errorOf(ask(governor(once), { job: 'tasks.writer/1' }));
    expect(await load()).toEqual({ ...idle, inFlight: 1, waiting: 1 });
    const gone = new AbortController();
    const waits = errorOf(ask(governor({ mostHere: 600_000 }), {}, gone.signal));
    await expect.poll(async () => (await load()).waiting).toBe(2);
    expect(isHeldBack(await load())).toBe(true);
    const due = keyspace.modelDue(MODEL);
    for (const ticket of await redis.zrange(due, '0', '-1')) await redis.zadd(due, 1, ticket);
    expect((await load()).waiting).toBe(0);
    gone.abort();
    await waits;
  });

  it('says that a model is paused while its endpoint asks for it, fails, or its account is spent', async () => {
    const { redis, stateKey, governor, load, set } = openPaused();
    await (await ask(governor())).settle(limited(30_000));
    expect(await load()).toEqual({ ...idle, isPaused: true });
    await redis.del(stateKey);
    for (const field of ['pausedUntil', 'openUntil', 'probedUntil', 'stoppedUntil']) {
      await set({ [field]: Date.now() + 60_000 });
      expect((await load()).isPaused).toBe(true);
      await set({ [field]: Date.now() - 60_000 });
      expect((await load()).isPaused).toBe(false);
    }
  });
});

function openPaused() {
  const test = open();
  return { ...test, stateKey: test.keyspace.modelState(MODEL) };
}
