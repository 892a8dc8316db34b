import { Queue, Worker } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import { capEvents, EVENTS_KEPT } from '@baton/shared/queue/capped-events';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { removeOldJobs } from './jobs-queue.ts';

const HOUR = 3_600_000;

function open() {
  const { ledger, redis, connect, keys } = openTestLedger();
  const prefix = ledger.keyspace.queuePrefix;
  return { redis, prefix, keys, connection: connect() };
}

it('removes what ended long ago, well or not, and nothing else', async () => {
  const { prefix, connection } = open();
  const queue = new Queue('work', { connection, prefix });
  const worker = new Worker('work', null, { connection, prefix });
  onTestFinished(() => Promise.all([worker.close(), queue.close()]).then(() => undefined));
  for (let job = 0; job < 3; job += 1) await queue.add('job', {});
  await (await worker.getNextJob('token', { block: false }))?.moveToCompleted(null, 'token', false);
  await (await worker.getNextJob('token', { block: false }))?.moveToFailed(new Error('x'), 'token', false);
  await removeOldJobs(['work'], connection, prefix, HOUR);
  expect(await queue.getJobCounts('completed', 'failed', 'waiting')).toEqual({
    completed: 1,
    failed: 1,
    waiting: 1,
  });
  await removeOldJobs(['work'], connection, prefix, -HOUR);
  expect(await queue.getJobCounts('completed', 'failed', 'waiting')).toEqual({
    completed: 0,
    failed: 0,
    waiting: 1,
  });
});

it("changes no queue's settings and makes no queue", async () => {
  const { redis, prefix, keys, connection } = open();
  await capEvents('work', connection, prefix);
  const before = (await keys()).sort();
  await removeOldJobs(['work', 'unused'], connection, prefix, HOUR);
  expect(await redis.hget(`${prefix}:work:meta`, 'opts.maxLenEvents')).toBe(String(EVENTS_KEPT));
  expect((await keys()).sort()).toEqual(before);
});
