import { Queue, Worker } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { openParkedJobs } from './parked-jobs-queue.ts';

function open() {
  const { ledger, connect } = openTestLedger();
  const connection = connect();
  const prefix = ledger.keyspace.queuePrefix;
  const queue = new Queue('work', { connection, prefix });
  const parked = openParkedJobs(connection, prefix);
  const worker = new Worker('work', null, { connection, prefix });
  onTestFinished(async () => {
    await worker.close();
    await parked.close();
    await queue.close();
  });
  return { queue, worker, wake: (id: string) => parked.wake({ queue: 'work', id }) };
}

it('has a job that waits for a time look now, in its turn', async () => {
  const { queue, wake } = open();
  await queue.add('job', {}, { jobId: 'a-1', delay: 3_600_000, priority: 7 });
  expect(await wake('a-1')).toBe(true);
  expect(await queue.getJobState('a-1')).toBe('prioritized');
  expect(await wake('a-1')).toBe(true);
});

it('wakes one that is under way again, once it has been put back', async () => {
  const { queue, worker, wake } = open();
  await queue.add('job', {}, { jobId: 'a-1' });
  const job = await worker.getNextJob('token', { block: false });
  expect(await wake('a-1')).toBe(false);
  await job?.moveToDelayed(Date.now() + 3_600_000, 'token').catch(() => undefined);
  expect(await wake('a-1')).toBe(true);
  expect(await queue.getJobState('a-1')).toBe('waiting');
});

it('has nothing to do for one that has ended or is gone', async () => {
  const { queue, worker, wake } = open();
  await queue.add('job', {}, { jobId: 'a-1' });
  await (await worker.getNextJob('token', { block: false }))?.moveToCompleted(null, 'token', false);
  expect(await wake('a-1')).toBe(true);
  expect(await wake('no-such')).toBe(true);
});
