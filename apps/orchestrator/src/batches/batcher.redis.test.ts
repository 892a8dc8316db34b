import { expect, it, onTestFinished } from 'vitest';
import { openBatchRequests } from '@baton/shared/coordination/batch-requests';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { startBatcher } from './batcher.ts';

const PATIENCE = { timeout: 15_000 };

function open() {
  const { ledger, redis } = openTestLedger();
  const requests = openBatchRequests(redis, ledger.keyspace);
  const woken: string[] = [];
  const errors: Error[] = [];
  function start(sender: string, wake: (id: string) => boolean | Error = () => true) {
    const batcher = startBatcher({
      batching: {
        ledger,
        requests,
        endpoints: () => null,
        models: {
          batched: () => {
            throw new Error('Nothing was sent.');
          },
        },
        metrics: createMetrics(),
        logger: createLogger('test', 'silent'),
        sender,
        now: Date.now,
        pauses: new Map(),
      },
      parked: {
        async wake({ id }) {
          woken.push(`${sender} ${id}`);
          const result = wake(id);
          if (result instanceof Error) throw result;
          return result;
        },
        close: () => Promise.resolve(),
      },
      interval: 10,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => batcher.stop());
    return batcher;
  }
  const { batcher: leader, batchWakes } = ledger.keyspace;
  return {
    start,
    woken,
    errors,
    leader: () => redis.get(leader),
    park: (id: string) => redis.sadd(batchWakes, JSON.stringify({ queue: 'work', id })),
    left: () => redis.scard(batchWakes),
  };
}

it('wakes a job until it is seen to run', async () => {
  const { start, woken, park, left } = open();
  let looks = 0;
  await park('a');
  start('one', () => (looks += 1) > 2);
  await expect.poll(left, PATIENCE).toBe(0);
  expect(woken).toEqual(['one a', 'one a', 'one a']);
});

it('is one process at a time; another goes on when it stops', async () => {
  const { start, woken, park, left, leader } = open();
  const first = start('one');
  await expect.poll(leader, PATIENCE).toBe('one');
  start('two');
  await park('a');
  await expect.poll(left, PATIENCE).toBe(0);
  await first.stop();
  await first.stop();
  await park('b');
  await expect.poll(left, PATIENCE).toBe(0);
  expect(woken).toEqual(['one a', 'two b']);
});

it('goes on after a turn that failed', async () => {
  const { start, errors, park, left } = open();
  let looks = 0;
  await park('a');
  start('one', () => (looks += 1) > 1 || new Error('no Redis'));
  await expect.poll(left, PATIENCE).toBe(0);
  expect(errors.map(({ message }) => message)).toEqual(['no Redis']);
});
