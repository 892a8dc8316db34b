import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';

/** A queue and its worker, to see whether jobs go on when another server takes over. */
export interface Jobs {
  /** Resolves when a job has been done, and a replica has it. */
  begin(): Promise<void>;
  /** Resolves when a further job has been taken, at last, and done. */
  goOn(): Promise<void>;
}

/**
 * Closed when the test ends.
 * @param working of the worker, which waits through outages
 * @param adding of the queue, which gives up in time
 */
export function openJobs(working: Redis, adding: Redis, prefix: string): Jobs {
  const done: string[] = [];
  const queue = new Queue('jobs', { connection: adding, prefix });
  const worker = new Worker('jobs', async ({ name }) => void done.push(name), {
    connection: working,
    prefix,
  });
  queue.on('error', () => undefined);
  worker.on('error', () => undefined);
  onTestFinished(async () => {
    await worker.close();
    await queue.close();
  });

  function tryToAdd(): Promise<'added' | 'refused'> {
    return queue.add('after', {}).then(
      () => 'added',
      () => 'refused',
    );
  }

  return {
    async begin() {
      await queue.add('before', {});
      await expect.poll(() => done).toEqual(['before']);
      await working.wait(1, 5_000);
    },
    async goOn() {
      await expect.poll(tryToAdd, { timeout: 10_000 }).toBe('added');
      await expect.poll(() => done, { timeout: 15_000 }).toContain('after');
    },
  };
}
