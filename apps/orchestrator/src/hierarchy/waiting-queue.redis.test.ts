import { Queue } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { openWaitingQueue, SUB_GOALS_QUEUE } from './waiting-queue.ts';

it('wakes a job that waits, and minds no other', async () => {
  const { ledger, connect } = openTestLedger();
  const connection = connect();
  const prefix = ledger.keyspace.queuePrefix;
  const queue = new Queue(SUB_GOALS_QUEUE, { connection, prefix });
  const waiting = openWaitingQueue(connection, prefix);
  onTestFinished(async () => {
    await waiting.close();
    await queue.close();
  });
  await queue.add('each', {}, { jobId: 'goal_1.1.0', delay: 3_600_000, priority: 7 });
  await waiting.wake('goal_1.1.0');
  expect(await queue.getJobState('goal_1.1.0')).toBe('prioritized');
  await waiting.wake('goal_1.1.0');
  await waiting.wake('goal_2.1.0');
});
