import { Queue, QueueEvents, type Job } from 'bullmq';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { Redis } from 'ioredis';
import { openProxy } from '../../../../faults/proxy/tcp-proxy.ts';
import { watchEndedGoals } from '../ledger/ended-goals.ts';
import { endGoal } from '../ledger/goal-end.ts';
import { openTestLedger, RETENTION, runningGoal } from '../ledger/testing/test-ledger.ts';
import { ModelError } from '../model/llm.ts';
import { RetryLaterError } from '../model/retrying-llm.ts';
import { createLogger } from '../telemetry/logger.ts';
import { JobAborted, startJobWorker, Unfinished, type JobContext, type JobWorker } from './job-worker.ts';

type Process = (data: { goalId: string }, context: JobContext) => Promise<unknown>;

const QUEUE = 'jobs';
const parse = (data: unknown): { goalId: string } => data as { goalId: string };

/** A queue with a running worker per `process`, on a Redis prefix of its own. */
async function openQueue() {
  const { ledger, redis, connect } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const prefix = ledger.keyspace.queuePrefix;
  const connection = connect();
  const queue = new Queue(QUEUE, { connection, prefix });
  const queueEvents = new QueueEvents(QUEUE, { connection: connect(), prefix });
  const endedGoals = await watchEndedGoals(ledger, connect(), () => undefined);
  await queueEvents.waitUntilReady();
  onTestFinished(async () => {
    await queueEvents.close();
    await queue.close();
  });
  function work(
    process: Process,
    settings = { lockDuration: 30_000, stalledInterval: 5_000 },
    through = connection,
    hearing = {},
  ): JobWorker {
    const worker = startJobWorker({
      queue: QUEUE,
      prefix,
      connection: through,
      endedGoals,
      settings,
      parse,
      process,
      concurrency: 1,
      hearing,
      onError: () => undefined,
      logger: createLogger('test', 'silent'),
    });
    onTestFinished(() => worker.close(0));
    return worker;
  }
  return { ledger, redis, goalId, queue, queueEvents, work, add: () => queue.add('job', { goalId }) };
}

/** Runs until its signal is aborted; `started` resolves when a worker has taken it up. */
function untilAborted() {
  let report: (job: Job) => void = () => undefined;
  const started = new Promise<Job>((resolve) => (report = resolve));
  const process: Process = (_data, { job, signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      report(job);
    });
  return { process, started };
}

describe('a job worker', () => {
  it('aborts the jobs of a goal that has ended', async () => {
    const { ledger, goalId, queueEvents, work, add } = await openQueue();
    const { process, started } = untilAborted();
    work((data, context) => process(data, context).catch((error: unknown) => (error as JobAborted).cause));
    const job = await add();
    await started;
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    expect(await job.waitUntilFinished(queueEvents)).toBe('goal_ended');
  });

  it('runs a job again that says it is not finished, whatever became of its goal, at no attempt', async () => {
    const { ledger, goalId, queue, queueEvents, work, add } = await openQueue();
    const { process, started } = untilAborted();
    let runs = 0;
    work(async (data, context) => {
      runs += 1;
      if (runs > 1) return 'finished';
      return process(data, context).catch((cause: unknown) => {
        throw new Unfinished(1, { cause });
      });
    });
    const job = await add();
    await started;
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    expect(await job.waitUntilFinished(queueEvents)).toBe('finished');
    expect((await queue.getJob(job.id as string))?.attemptsMade).toBe(1);
  });

  it('puts a job back when it must go, for another worker to take, at no attempt', async () => {
    const { queueEvents, work, add, queue } = await openQueue();
    const { process, started } = untilAborted();
    const leaving = work(process);
    const job = await add();
    await started;
    await leaving.close(0);
    work(async () => 'done elsewhere');
    expect(await job.waitUntilFinished(queueEvents)).toBe('done elsewhere');
    expect((await queue.getJob(job.id as string))?.attemptsMade).toBe(1);
  });

  it('lets a running job end when there is time, and can be closed twice', async () => {
    const { queueEvents, work, add } = await openQueue();
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let report: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (report = resolve));
    const worker = work(async (_data, { signal }) => {
      report();
      await finished;
      return signal.aborted;
    });
    const job = await add();
    await started;
    const closing = Promise.all([worker.close(60_000), worker.close(60_000)]);
    finish();
    await closing;
    expect(await job.waitUntilFinished(queueEvents)).toBe(false);
  });

  it('parks a job for as long as its model asks for, at no attempt', async () => {
    const { queue, queueEvents, work, add } = await openQueue();
    let runs = 0;
    const limited = new ModelError('slow down', {
      failure: { kind: 'retryable', retryAfterMs: 60_000 },
      type: 'rate_limit_error',
    });
    work(async () => {
      runs += 1;
      if (runs === 1) throw new RetryLaterError(60_000, limited);
      return runs;
    });
    const delayed = new Promise<void>((resolve) => queueEvents.on('delayed', () => resolve()));
    const job = await add();
    await delayed;
    const parked = await queue.getJob(job.id as string);
    expect(parked?.attemptsMade).toBe(0);
    expect(parked?.delay).toBeGreaterThan(50_000);
    expect(parked?.data).toEqual({ ...job.data, readyAt: expect.any(Number) });
    await parked?.promote();
    expect(await job.waitUntilFinished(queueEvents)).toBe(2);
  });

  it('aborts a job whose lock is lost, and lets whoever took it have it', async () => {
    const { redis, ledger, work, add } = await openQueue();
    const { process, started } = untilAborted();
    let cause: (value: unknown) => void = () => undefined;
    const aborted = new Promise<unknown>((resolve) => (cause = resolve));
    work(
      (data, context) =>
        process(data, context).catch((error: unknown) => {
          cause((error as JobAborted).cause);
          throw error;
        }),
      { lockDuration: 1_000, stalledInterval: 60_000 },
    );
    const job = await add();
    await started;
    await redis.set(`${ledger.keyspace.queuePrefix}:${QUEUE}:${job.id}:lock`, 'a twin');
    expect(await aborted).toBe('lock_lost');
  });

  it('aborts a job whose lock it can not renew before another worker takes it', async () => {
    const { queueEvents, work, add } = await openQueue();
    const { proxy, connection } = await proxied();
    const { process, started } = untilAborted();
    let aborted: AbortSignal | null = null;
    const settings = { lockDuration: 1_000, stalledInterval: 100 };
    work(
      (data, context) => {
        aborted = context.signal;
        return process(data, context);
      },
      settings,
      connection,
    );
    const job = await add();
    await started;
    proxy.freeze();
    work(async () => (aborted?.reason as JobAborted | undefined)?.cause ?? 'runs still', settings);
    expect(await job.waitUntilFinished(queueEvents)).toBe('lock_lost');
    await proxy.clear();
  });

  it('puts a job back at no attempt when its lock was in doubt and nobody has taken it', async () => {
    const { redis, queue, queueEvents, work, add } = await openQueue();
    const { proxy, connection } = await proxied();
    const { process, started } = untilAborted();
    let runs = 0;
    const worker = work(
      async (data, context) => {
        runs += 1;
        if (runs > 1) return 'run again';
        return process(data, context).finally(() => void proxy.clear());
      },
      { lockDuration: 1_000, stalledInterval: 60_000 },
      connection,
    );
    const job = await add();
    await started;
    proxy.freeze();
    // As if Redis, too, had stood still.
    const lock = `${queue.opts.prefix}:${QUEUE}:${job.id}:lock`;
    await redis.persist(lock);
    expect(await job.waitUntilFinished(queueEvents)).toBe('run again');
    expect((await queue.getJob(job.id as string))?.attemptsMade).toBe(1);
    await worker.close(0);
  });

  it('is deaf when its blocking read does not end, though its other socket is well', async () => {
    const { work } = await openQueue();
    const { proxy, connection } = await proxied();
    const soon = { every: 20, deafAfter: 7_000 };
    const well = work(async () => null, undefined, undefined, soon);
    // The blocking socket is made from these, and this one is not: it leads to Redis itself.
    const direct = connection.duplicate({ host: proxy.target.host, port: proxy.target.port });
    direct.on('error', () => undefined);
    onTestFinished(() => direct.disconnect());
    await direct.ping();
    Object.assign(direct.options, { host: proxy.host, port: proxy.port });
    const deaf = work(async () => null, undefined, direct, soon);
    await expect.poll(() => proxy.connections()).toBe(2);
    proxy.freeze();
    await expect.poll(() => deaf.isDeaf(), { timeout: 20_000 }).toBe(true);
    expect(well.isDeaf()).toBe(false);
    expect(await direct.ping()).toBe('PONG');
    await proxy.clear();
    await expect.poll(() => deaf.isDeaf(), { timeout: 20_000 }).toBe(false);
  }, 60_000);
});

/** A connection whose socket can be made to stand still. */
async function proxied() {
  const { hostname, port } = new URL(inject('redisUrl'));
  const target = { host: hostname, port: Number(port || 6_379) };
  const proxy = Object.assign(await openProxy(target), { target });
  const connection = new Redis(proxy.port, proxy.host, { maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  onTestFinished(async () => {
    await proxy.close();
    connection.disconnect();
  });
  return { proxy, connection };
}
