import { Queue, QueueEvents, type Job } from 'bullmq';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchEndedGoals } from '../ledger/ended-goals.ts';
import { endGoal } from '../ledger/goal-record.ts';
import { openTestLedger, RETENTION, runningGoal } from '../ledger/testing/test-ledger.ts';
import { ModelError } from '../model/llm.ts';
import { RetryLaterError } from '../model/retrying-llm.ts';
import { createLogger } from '../telemetry/logger.ts';
import { JobAborted, startJobWorker, type JobContext, type JobWorker } from './job-worker.ts';

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
  function work(process: Process, settings = { lockDuration: 30_000, stalledInterval: 5_000 }): JobWorker {
    const worker = startJobWorker({
      queue: QUEUE,
      prefix,
      connection,
      endedGoals,
      settings,
      parse,
      process,
      concurrency: 1,
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
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null }, RETENTION);
    expect(await job.waitUntilFinished(queueEvents)).toBe('goal_ended');
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
});
