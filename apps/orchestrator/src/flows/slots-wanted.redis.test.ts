import { Queue, Worker } from 'bullmq';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { WorkerTypeStats } from '@baton/shared/contract/stats';
import { announceWorkerTypes, signOff, signOfLife } from '@baton/shared/ledger/fleet';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { readFleetStats } from './fleet-stats.ts';

const QUEUE = 'tasks.researcher';
/** The model of researchers, and one that they don't call. */
const { balanced: MODEL, fast: OTHER } = defaultModelTiers;

function open() {
  const { ledger, redis, connect } = openTestLedger();
  const prefix = ledger.keyspace.queuePrefix;
  const queue = new Queue(QUEUE, { connection: connect(), prefix });
  onTestFinished(() => queue.close());
  return {
    ledger,
    queue,
    async researchers(): Promise<WorkerTypeStats> {
      const { workerTypes } = await readFleetStats(ledger, defaultModelTiers);
      const found = workerTypes.find(({ type }) => type === 'researcher');
      if (!found) throw new Error('no researchers');
      return found;
    },
    addTasks: (count: number) =>
      queue.addBulk(
        Array.from({ length: count }, (_, at) => ({
          name: 'task',
          data: { goalId: 'goal_1', rev: 1, taskId: `t${at}` },
          opts: { priority: 1 },
        })),
      ),
    /** Takes the next job, as a worker does. */
    async take() {
      const worker = new Worker(QUEUE, null, { connection: connect(), prefix, autorun: false });
      onTestFinished(() => worker.close(true));
      const job = await worker.getNextJob('token', { block: false });
      if (!job) throw new Error('there is no job');
      return job;
    },
    /** A call of a model that waits for its limits for another minute. */
    async waits(model: string): Promise<void> {
      await redis.zadd(ledger.keyspace.modelDue(model), Date.now() + 60_000, '1|1|1|');
    },
    pause: (model: string) =>
      redis.hset(ledger.keyspace.modelState(model), 'pausedUntil', Date.now() + 60_000),
  };
}

describe('the slots that are wanted', () => {
  it('go up from none and down to none, with the tasks', async () => {
    const { addTasks, researchers, take, queue } = open();
    expect(await researchers()).toMatchObject({ slots: 0, slotsWanted: 0 });
    await addTasks(3);
    expect(await researchers()).toMatchObject({ slots: 0, waiting: 3, slotsWanted: 3 });
    const job = await take();
    expect(await researchers()).toMatchObject({ active: 1, waiting: 2, slotsWanted: 3 });
    await job.moveToCompleted(null, 'token', false);
    expect(await researchers()).toMatchObject({ slotsWanted: 2 });
    await queue.drain();
    expect(await researchers()).toMatchObject({ slotsWanted: 0 });
  });

  it('are no more than there are while calls of their model wait, and one where there are none', async () => {
    const { ledger, addTasks, researchers, waits } = open();
    await addTasks(9);
    await waits(MODEL);
    expect(await researchers()).toMatchObject({ waiting: 9, slotsWanted: 1 });
    await signOfLife(ledger, 'one', { researcher: 4 });
    expect(await researchers()).toMatchObject({ slots: 4, slotsWanted: 4 });
    await signOfLife(ledger, 'two', { researcher: 20 });
    expect(await researchers()).toMatchObject({ slots: 24, slotsWanted: 9 });
    for (const worker of ['one', 'two']) await signOff(ledger, worker);
    expect(await researchers()).toMatchObject({ slotsWanted: 1 });
  });

  it('are no more than there are while their model is paused', async () => {
    const { ledger, addTasks, researchers, pause } = open();
    await addTasks(9);
    await signOfLife(ledger, 'one', { researcher: 4 });
    await pause(MODEL);
    expect(await researchers()).toMatchObject({ slotsWanted: 4 });
  });

  it("are not held down by another model's limits", async () => {
    const { ledger, addTasks, researchers, waits, pause } = open();
    await addTasks(9);
    await signOfLife(ledger, 'one', { researcher: 4 });
    await waits(OTHER);
    await pause(OTHER);
    expect(await researchers()).toMatchObject({ slotsWanted: 9 });
  });

  it('leave out what was put back for later, until it is due', async () => {
    const { addTasks, researchers, take } = open();
    await addTasks(2);
    const job = await take();
    await job.moveToDelayed(Date.now() + 60_000, 'token');
    expect(await researchers()).toMatchObject({ waiting: 1, delayed: 1, slotsWanted: 1 });
    await (await take()).moveToDelayed(Date.now() - 1, 'token');
    expect(await researchers()).toMatchObject({ waiting: 1, delayed: 1, slotsWanted: 1 });
  });

  it('are those that are in use while the queue is paused, and all when it goes on', async () => {
    const { addTasks, researchers, take, queue } = open();
    await addTasks(5);
    await take();
    await queue.pause();
    expect(await researchers()).toMatchObject({ waiting: 4, active: 1, slotsWanted: 1 });
    await queue.resume();
    expect(await researchers()).toMatchObject({ slotsWanted: 5 });
  });

  it('of a type of your own go by the model of its tier', async () => {
    const { ledger, waits } = open();
    const type = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast' } as const;
    await announceWorkerTypes(ledger, [type]);
    const { redis, keyspace } = ledger;
    const queue = new Queue('tasks.geocoder', { connection: redis, prefix: keyspace.queuePrefix });
    onTestFinished(() => queue.close());
    for (const name of ['a', 'b']) await queue.add(name, { goalId: 'goal_1', rev: 1, taskId: name });
    const wanted = async () =>
      (await readFleetStats(ledger, defaultModelTiers)).workerTypes.find((each) => each.type === 'geocoder')
        ?.slotsWanted;
    expect(await wanted()).toBe(2);
    await waits(OTHER);
    expect(await wanted()).toBe(1);
  });

  it('are none for tasks that are goals of their own', async () => {
    const { ledger } = open();
    const { redis, keyspace } = ledger;
    const queue = new Queue('tasks.orchestrator', { connection: redis, prefix: keyspace.queuePrefix });
    onTestFinished(() => queue.close());
    await queue.add('sub', { goalId: 'goal_1', rev: 1, taskId: 'sub' });
    const { workerTypes } = await readFleetStats(ledger, defaultModelTiers);
    expect(workerTypes.find(({ type }) => type === 'orchestrator')).toMatchObject({
      waiting: 1,
      slotsWanted: 0,
    });
  });
});
