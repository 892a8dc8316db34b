import { Queue, QueueEvents, type JobsOptions } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { watchEndedGoals } from '../ledger/ended-goals.ts';
import { endGoal } from '../ledger/goal-end.ts';
import { openTestLedger, RETENTION, runningGoal } from '../ledger/testing/test-ledger.ts';
import { LaterError } from '../model/llm.ts';
import { createLogger } from '../telemetry/logger.ts';
import { tracedHere, type TracedHere } from '../telemetry/testing/traced-here.ts';
import { activeIds, inSpan } from '../telemetry/tracing.ts';
import { NotYet, startJobWorker, type JobContext } from './job-worker.ts';

const QUEUE = 'tasks.writer';
const trace = JSON.stringify({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });

interface Data {
  readonly goalId: string;
  readonly rev: number;
  readonly taskId: string;
}

let traced: TracedHere;
beforeEach(() => {
  traced = tracedHere();
});
afterEach(() => traced.close());

async function openQueue(process: (data: Data, context: JobContext) => Promise<unknown>) {
  const { ledger, connect } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const prefix = ledger.keyspace.queuePrefix;
  const connection = connect();
  const queue = new Queue(QUEUE, { connection, prefix });
  const queueEvents = new QueueEvents(QUEUE, { connection: connect(), prefix });
  await queueEvents.waitUntilReady();
  const worker = startJobWorker({
    queue: QUEUE,
    prefix,
    connection,
    endedGoals: await watchEndedGoals(ledger, connect(), () => undefined),
    settings: { lockDuration: 30_000, stalledInterval: 5_000 },
    parse: (data) => data as Data,
    process,
    concurrency: 1,
    onError: () => undefined,
    logger: createLogger('test', 'silent'),
  });
  onTestFinished(async () => {
    await worker.close(0);
    await queueEvents.close();
    await queue.close();
  });
  const options: JobsOptions = { telemetry: { metadata: trace }, attempts: 3 };
  const add = () => queue.add('t1', { goalId, rev: 1, taskId: 't1' }, options);
  return { ledger, goalId, queueEvents, add };
}

describe('a traced job', () => {
  it('goes on from where it was added, once per attempt, and returns its place to its dependents', async () => {
    let attempt = 0;
    const { goalId, queueEvents, add } = await openQueue(async () => {
      attempt += 1;
      if (attempt === 1) throw new LaterError('later', 10);
      if (attempt === 2) throw new TypeError('canary');
      return inSpan('work', {}, async () => ({ taskId: 't1' }));
    });
    const job = await add();
    const value: unknown = await job.waitUntilFinished(queueEvents);
    const spans = traced.spans();
    const attempts = spans.filter(({ name }) => name === 'task writer');
    expect(attempts).toMatchObject([
      {
        traceId: 'a'.repeat(32),
        parentId: 'b'.repeat(16),
        kind: 'consumer',
        isFailed: false,
        events: [{ name: 'baton.job.put_back', attributes: { 'baton.delay_ms': 10 } }],
        attributes: {
          'baton.goal.id': goalId,
          'baton.task.id': 't1',
          'baton.goal.rev': 1,
          'baton.worker_type': 'writer',
          'baton.job.attempt': 1,
          'messaging.system': 'bullmq',
          'messaging.destination.name': QUEUE,
        },
      },
      { isFailed: true, attributes: { 'baton.job.attempt': 2, 'error.type': 'TypeError' } },
      { isFailed: false, attributes: { 'baton.job.attempt': 3 } },
    ]);
    expect(spans.find(({ name }) => name === 'work')).toMatchObject({
      parentId: attempts[2]?.id,
      attributes: { 'baton.goal.id': goalId, 'baton.task.id': 't1' },
    });
    expect(value).toEqual({ taskId: 't1', trace: `00-${'a'.repeat(32)}-${attempts[2]?.id}-01` });
    expect(JSON.stringify(spans)).not.toContain('canary');
  });

  it('that only looked leaves no span', async () => {
    let looks = 0;
    const { queueEvents, add } = await openQueue(async () => {
      looks += 1;
      if (looks < 3) throw new NotYet(1, { onlyLooked: true });
      return null;
    });
    await (await add()).waitUntilFinished(queueEvents);
    expect(traced.spans()).toMatchObject([{ attributes: { 'baton.job.attempt': 3 } }]);
  });

  it('that is broken off has not failed', async () => {
    let started = (): void => undefined;
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const { ledger, goalId, queueEvents, add } = await openQueue(
      (_data, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new TypeError('canary')), { once: true });
          started();
        }),
    );
    const job = await add();
    await isStarted;
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await job.waitUntilFinished(queueEvents);
    expect(traced.spans()).toMatchObject([
      {
        isFailed: false,
        events: [{ name: 'baton.job.aborted', attributes: { 'baton.reason': 'goal_ended' } }],
      },
    ]);
  });

  it('runs untouched without a tracer', async () => {
    traced.close();
    const { queueEvents, add } = await openQueue(async () => ({ ids: activeIds() }));
    expect(await (await add()).waitUntilFinished(queueEvents)).toEqual({ ids: null });
    expect(traced.spans()).toEqual([]);
  });
});
