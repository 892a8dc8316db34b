/** Ends what the test processes share between files (`useSharedBaton`), which no file can: none of them knows that it is the last. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';

/** Where the processes of a run are noted, and what the keys of their Batons begin with. */
export const sharedBy = (run: string) => ({ pids: `e2e-${run}-pids`, prefix: `e2e-${run}-` });

export default function setup(project: TestProject): () => Promise<void> {
  const run = randomBytes(6).toString('hex');
  project.provide('run', run);
  return async () => {
    const redis = new Redis(project.getProvidedContext().redisUrl);
    const { pids, prefix } = sharedBy(run);
    for (const pid of await redis.smembers(pids)) kill(Number(pid));
    for await (const keys of redis.scanStream({ match: `{${prefix}*`, count: 1_000 })) {
      if ((keys as string[]).length > 0) await redis.unlink(keys as string[]);
    }
    await redis.unlink(pids);
    redis.disconnect();
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
