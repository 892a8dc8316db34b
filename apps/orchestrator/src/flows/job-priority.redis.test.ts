import { Queue, Worker } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import type { Priority } from '@baton/plan/plan';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { jobPriority } from './job-priority.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 21, 12);

/** The order in which BullMQ gives these jobs out, of goals accepted so many minutes ago. */
async function orderOf(...jobs: (readonly [name: string, priority: Priority, minutesAgo: number])[]) {
  const { connect, ledger } = openTestLedger();
  const prefix = ledger.keyspace.queuePrefix;
  const queue = new Queue('tasks.researcher', { connection: connect(), prefix });
  const worker = new Worker(queue.name, null, { connection: connect(), prefix, autorun: false });
  onTestFinished(() => queue.close());
  onTestFinished(() => worker.close(true));
  for (const [name, priority, minutesAgo] of jobs) {
    await queue.add(name, {}, { priority: jobPriority(priority, 'medium', NOW - minutesAgo * MINUTE) });
  }
  const order: string[] = [];
  for (
    let job = await worker.getNextJob('token');
    job;
    job = await worker.getNextJob('token', { block: false })
  ) {
    order.push(job.name);
    if (order.length === jobs.length) break;
  }
  return order;
}

it('puts high before medium before low among goals of one time', async () => {
  expect(await orderOf(['low', 'low', 0], ['medium', 'medium', 0], ['high', 'high', 0])).toEqual([
    'high',
    'medium',
    'low',
  ]);
});

it('lets one of low priority that has waited go before any number of fresh high ones', async () => {
  const fresh = Array.from({ length: 20 }, (_, at) => [`high-${at}`, 'high', 0] as const);
  const [first] = await orderOf(...fresh, ['old', 'low', 120]);
  expect(first).toBe('old');
});

it('takes goals of one class in the order in which they were accepted', async () => {
  expect(await orderOf(['later', 'low', 0], ['earlier', 'low', 10], ['first', 'low', 20])).toEqual([
    'first',
    'earlier',
    'later',
  ]);
});
