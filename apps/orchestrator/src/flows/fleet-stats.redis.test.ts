import { FlowProducer, Queue, Worker } from 'bullmq';
import { compileDag } from '@baton/dag-flow/compile';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noUsage, type Outcome } from '@baton/shared/contract/task-outcome';
import type { Backlog, Stats } from '@baton/shared/contract/stats';
import { announceWorkerTypes, signOfLife } from '@baton/shared/ledger/fleet';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { recordOutcome } from '@baton/shared/ledger/task-record';
import {
  leaseOf,
  openTestLedger,
  plan,
  RETENTION,
  runningGoal,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { readFleetStats } from './fleet-stats.ts';
import { openGoalsQueue } from './goals-queue.ts';
import { jobPriority } from './job-priority.ts';
import { planToDag } from './plan-to-dag.ts';

const MINUTE = 60_000;
/** Of goals, where it does not matter. */
const ACCEPTED = Date.UTC(2026, 10, 1);
const idle = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };
const succeeded: Outcome = {
  status: 'succeeded',
  output: 'x',
  errors: [],
  usage: noUsage,
  simulated: false,
  reviews: [],
  metadata: {},
};

function open() {
  const test = openTestLedger();
  const { ledger, redis } = test;
  const connection = test.connect();
  const prefix = ledger.keyspace.queuePrefix;
  const queueOf = (name: string): Queue => {
    const queue = new Queue(name, { connection, prefix });
    onTestFinished(() => queue.close());
    return queue;
  };
  const producer = new FlowProducer({ connection, prefix });
  onTestFinished(() => producer.close());
  const stats = (): Promise<Stats> => readFleetStats(ledger, defaultModelTiers);
  const now = async (): Promise<number> => {
    const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
    return seconds * 1_000 + Math.floor(micros / 1_000);
  };
  return {
    ...test,
    queueOf,
    stats,
    researchers: async () => of(await stats(), 'researcher'),
    /** Adds the flow of {@link plan}: tea and coffee are ready, advice waits for both. */
    async addFlow(goalId = 'goal_1', rev = 1): Promise<void> {
      const run = { goalId, rev, priority: 'medium', acceptedAt: ACCEPTED, finishEarly: false } as const;
      await producer.add(compileDag(planToDag({ ...run, tasks: plan.tasks })).tree);
    },
    /** Adds a task's job that runs by itself. */
    async addTask(goalId: string, taskId: string, priority = 5): Promise<void> {
      await queueOf('tasks.researcher').add(
        taskId,
        { goalId, rev: 1, taskId },
        { jobId: `${goalId}.1.${taskId}`, priority },
      );
    },
    /** Takes the next job of a queue, as a worker does. */
    async take(name: string) {
      const worker = new Worker(name, null, { connection: test.connect(), prefix, autorun: false });
      onTestFinished(() => worker.close(true));
      const job = await worker.getNextJob('token', { block: false });
      if (!job) throw new Error(`${name} has no job`);
      return job;
    },
    now,
    ago: async (ms: number) => String((await now()) - ms),
  };
}

function of({ workerTypes }: Stats, type: string): Backlog {
  const found = workerTypes.find((entry) => entry.type === type);
  if (!found) throw new Error(`no ${type}`);
  const { waiting, active, delayed, oldestWaitingMs } = found;
  return { waiting, active, delayed, oldestWaitingMs };
}

/** Between what was set and what the test may take. */
function about(ms: number): (actual: number | null) => boolean {
  return (actual) => actual !== null && actual >= ms && actual < ms + 30_000;
}

describe('the backlog', () => {
  it('is nothing where nothing has been queued, for every known type', async () => {
    const { ledger, stats, keys } = open();
    const type = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast' } as const;
    await announceWorkerTypes(ledger, [type]);
    await signOfLife(ledger, 'one', { geocoder: 3, writer: 2 });
    await signOfLife(ledger, 'two', { geocoder: 4 });
    const before = await keys();
    const { workerTypes, planning, synthesis } = await stats();
    expect(await keys()).toEqual(before);
    expect(planning).toEqual(idle);
    expect(synthesis).toEqual(idle);
    expect(workerTypes).toHaveLength(10);
    expect(workerTypes).toContainEqual({ type: 'geocoder', ...idle, workers: 2, slots: 7, slotsWanted: 0 });
    expect(workerTypes).toContainEqual({ type: 'writer', ...idle, workers: 1, slots: 2, slotsWanted: 0 });
    expect(workerTypes).toContainEqual({ type: 'coder', ...idle, workers: 0, slots: 0, slotsWanted: 0 });
  });

  it('counts what may run now, not what waits for other tasks', async () => {
    const { ledger, redis, addFlow, researchers, stats, ago } = open();
    const goalId = await runningGoal(ledger);
    await addFlow();
    await redis.hset(ledger.goal(goalId).tasks, 'queuedAt:tea', await ago(2 * MINUTE));
    expect(await researchers()).toEqual({
      ...idle,
      waiting: 2,
      oldestWaitingMs: expect.toSatisfy(about(2 * MINUTE)),
    });
    expect((await stats()).synthesis).toEqual(idle);
  });

  it('tells since when a released task has been ready, not since when its flow has been there', async () => {
    const { ledger, redis, addTask, researchers, ago } = open();
    const goalId = await runningGoal(ledger);
    for (const taskId of ['tea', 'coffee']) {
      const task = { goalId, rev: 1, taskId };
      await recordOutcome(ledger, task, await leaseOf(ledger, task), succeeded, ['advice']);
    }
    await addTask(goalId, 'advice');
    const key = `${ledger.keyspace.queuePrefix}:tasks.researcher:${goalId}.1.advice`;
    await redis.hset(key, 'timestamp', await ago(60 * MINUTE));
    expect(await researchers()).toEqual({ ...idle, waiting: 1, oldestWaitingMs: expect.toSatisfy(about(0)) });
    await redis.hset(ledger.goal(goalId).tasks, 'queuedAt:advice', await ago(3 * MINUTE));
    expect(await researchers()).toMatchObject({ oldestWaitingMs: expect.toSatisfy(about(3 * MINUTE)) });
  });

  it('finds the oldest behind any number of jobs of a higher priority, and only the head of each', async () => {
    const { ledger, redis, addTask, researchers, ago } = open();
    for (const [goalId, minutes] of [
      ['goal_a', 1],
      ['goal_b', 9],
      ['goal_c', 5],
    ] as const) {
      await runningGoal(ledger, goalId);
      await redis.hset(ledger.goal(goalId).tasks, 'queuedAt:tea', await ago(minutes * MINUTE));
    }
    await addTask('goal_a', 'tea', jobPriority('high', 'high', ACCEPTED));
    for (let more = 0; more < 20; more += 1) {
      await runningGoal(ledger, `goal_${more}`);
      await addTask(`goal_${more}`, 'tea', jobPriority('high', 'high', ACCEPTED));
    }
    await addTask('goal_c', 'tea', jobPriority('medium', 'low', ACCEPTED));
    await addTask('goal_b', 'tea', jobPriority('low', 'low', ACCEPTED));
    expect(await researchers()).toMatchObject({
      waiting: 23,
      oldestWaitingMs: expect.toSatisfy(about(9 * MINUTE)),
    });
  });

  it.each([1, 200, 1_000])(
    'finds the oldest behind %i priorities of goals that were accepted before it',
    async (many) => {
      const { ledger, redis, queueOf, researchers, ago, now } = open();
      const at = await now();
      const fresh = await ago(0);
      const { tasks } = ledger.goal('goal_fresh');
      await redis.hset(tasks, 'queuedAt:tea', fresh);
      // Accepted hours and days ago, ready a moment ago.
      await queueOf('tasks.researcher').addBulk(
        Array.from({ length: many }, (_, place) => ({
          name: 'tea',
          data: { goalId: 'goal_fresh', rev: 1, taskId: 'tea' },
          opts: {
            jobId: `fresh.${place}`,
            priority: jobPriority('high', 'high', at - (many - place) * 5 * MINUTE),
          },
        })),
      );
      await redis.hset(ledger.goal('goal_old').tasks, 'queuedAt:tea', await ago(9 * MINUTE));
      const priority = jobPriority('low', 'low', at - 10 * MINUTE);
      const old = { goalId: 'goal_old', rev: 1, taskId: 'tea' };
      await queueOf('tasks.researcher').add('tea', old, { jobId: 'old', priority });
      expect(await researchers()).toMatchObject({
        waiting: many + 1,
        oldestWaitingMs: expect.toSatisfy(about(9 * MINUTE)),
      });
    },
  );

  it('counts what a worker holds, and not as waiting', async () => {
    const { ledger, addFlow, take, researchers } = open();
    await runningGoal(ledger);
    await addFlow();
    await take('tasks.researcher');
    expect(await researchers()).toMatchObject({ waiting: 1, active: 1 });
    await take('tasks.researcher');
    expect(await researchers()).toEqual({ ...idle, active: 2 });
  });

  it('keeps what is delayed apart until it is due, though no worker is there to move it', async () => {
    const { ledger, redis, addTask, take, researchers, ago } = open();
    const goalId = await runningGoal(ledger);
    await addTask(goalId, 'tea');
    await redis.hset(ledger.goal(goalId).tasks, 'queuedAt:tea', await ago(60 * MINUTE));
    const job = await take('tasks.researcher');
    await job.moveToDelayed(Date.now() + MINUTE, 'token');
    expect(await researchers()).toEqual({ ...idle, delayed: 1 });
    const delayed = `${ledger.keyspace.queuePrefix}:tasks.researcher:delayed`;
    await redis.zadd(delayed, Number(await ago(4 * MINUTE)) * 4_096 + 7, String(job.id));
    expect(await researchers()).toEqual({
      ...idle,
      waiting: 1,
      oldestWaitingMs: expect.toSatisfy(about(4 * MINUTE)),
    });
  });

  it('lets a task that was put back wait since it was ready again, not since it first was', async () => {
    const { ledger, redis, addTask, take, researchers, ago } = open();
    const goalId = await runningGoal(ledger);
    await addTask(goalId, 'tea');
    await redis.hset(ledger.goal(goalId).tasks, 'queuedAt:tea', await ago(60 * MINUTE));
    const job = await take('tasks.researcher');
    await job.moveToDelayed(Date.now() + MINUTE, 'token');
    await job.promote();
    expect(await researchers()).toEqual({ ...idle, waiting: 1, oldestWaitingMs: expect.toSatisfy(about(0)) });
    const base = `${ledger.keyspace.queuePrefix}:tasks.researcher`;
    await redis.hset(`${base}:${job.id}`, 'processedOn', await ago(9 * MINUTE));
    expect((await researchers()).oldestWaitingMs).toSatisfy(about(9 * MINUTE));
    await job.updateData({ ...job.data, readyAt: Number(await ago(2 * MINUTE)) });
    expect((await researchers()).oldestWaitingMs).toSatisfy(about(2 * MINUTE));
  });

  it('counts the jobs of a paused queue', async () => {
    const { ledger, addFlow, queueOf, researchers } = open();
    await runningGoal(ledger);
    await addFlow();
    await queueOf('tasks.researcher').pause();
    expect(await researchers()).toMatchObject({
      waiting: 2,
      oldestWaitingMs: expect.toSatisfy(about(0)),
    });
  });

  it('counts jobs that were taken back from dead workers, which wait before all others', async () => {
    const { ledger, redis, addFlow, take, researchers, ago } = open();
    await runningGoal(ledger);
    await addFlow();
    const base = `${ledger.keyspace.queuePrefix}:tasks.researcher`;
    const job = await take('tasks.researcher');
    await take('tasks.researcher');
    await redis.hset(`${base}:${job.id}`, 'processedOn', await ago(5 * MINUTE));
    for (let times = 0; times < 2; times += 1) {
      await redis.lmove(`${base}:active`, `${base}:wait`, 'RIGHT', 'LEFT');
    }
    const { tasks } = ledger.goal('goal_1');
    for (const id of ['tea', 'coffee']) await redis.hset(tasks, `queuedAt:${id}`, await ago(60 * MINUTE));
    expect(await researchers()).toEqual({
      ...idle,
      waiting: 2,
      oldestWaitingMs: expect.toSatisfy(about(5 * MINUTE)),
    });
  });

  it('takes a job at its word whose goal is forgotten, and one that is not ours', async () => {
    const { redis, ledger, addTask, queueOf, researchers, ago } = open();
    await addTask('goal_gone', 'tea');
    const base = `${ledger.keyspace.queuePrefix}:tasks.researcher`;
    await redis.hset(`${base}:goal_gone.1.tea`, 'timestamp', await ago(2 * MINUTE));
    await queueOf('tasks.researcher').add('foreign', ['what'], { priority: 1 });
    expect(await researchers()).toMatchObject({
      waiting: 2,
      oldestWaitingMs: expect.toSatisfy(about(2 * MINUTE)),
    });
  });

  it('knows no age of a job whose record is gone', async () => {
    const { ledger, redis, researchers } = open();
    await redis.zadd(`${ledger.keyspace.queuePrefix}:tasks.researcher:prioritized`, 2 ** 32, 'gone');
    expect(await researchers()).toEqual({ ...idle, waiting: 1 });
  });

  it('tells of goals that wait for their plan', async () => {
    const { ledger, redis, connect, stats, ago } = open();
    const goals = openGoalsQueue(connect(), ledger.keyspace.queuePrefix, RETENTION);
    onTestFinished(() => goals.close());
    await goals.add('plan', { goalId: 'goal_1', retries: 0 }, { priority: 'low', acceptedAt: ACCEPTED });
    await goals.add('plan', { goalId: 'goal_2', retries: 0 }, { priority: 'high', acceptedAt: ACCEPTED });
    await redis.hset(`${ledger.keyspace.queuePrefix}:goals:goal_1`, 'timestamp', await ago(7 * MINUTE));
    expect((await stats()).planning).toEqual({
      ...idle,
      waiting: 2,
      oldestWaitingMs: expect.toSatisfy(about(7 * MINUTE)),
    });
  });

  it('tells since when all tasks of a goal have ended that waits for its answer', async () => {
    const { ledger, redis, queueOf, stats, ago } = open();
    const goalId = await runningGoal(ledger);
    await queueOf('synthesis').add('synthesis', { goalId, rev: 1 }, { jobId: 'goal_1.1.root', priority: 4 });
    const root = `${ledger.keyspace.queuePrefix}:synthesis:goal_1.1.root`;
    await redis.hset(root, 'timestamp', await ago(60 * MINUTE));
    expect((await stats()).synthesis).toEqual({
      ...idle,
      waiting: 1,
      oldestWaitingMs: expect.toSatisfy(about(0)),
    });
    await redis.del(ledger.goal(goalId).events);
    expect((await stats()).synthesis.oldestWaitingMs).toSatisfy(about(60 * MINUTE));
  });
});
