import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { pendingStates, type LedgerSeen, type PendingJob } from './evidence.ts';

/** Looks into a Baton's Redis and changes nothing in it. */
export class LedgerReader {
  readonly prefix: string;
  readonly #connection: () => Redis;

  /** @param connection to the Redis that is the primary now */
  constructor(connection: () => Redis, prefix: string) {
    this.#connection = connection;
    this.prefix = prefix;
  }

  openGoals(): Promise<string[]> {
    return this.#connection().zrange(`{${this.prefix}}:open-goals`, '0', '-1');
  }

  /** Names of all keys that match, sorted. */
  async keys(pattern = '*'): Promise<string[]> {
    const keys = new Set<string>();
    const scan = this.#connection().scanStream({ match: `{${this.prefix}}${pattern}`, count: 2_000 });
    for await (const page of scan) for (const key of page as string[]) keys.add(key);
    return [...keys].sort();
  }

  locks(): Promise<string[]> {
    return this.keys(':queue:*:lock');
  }

  async pendingJobs(): Promise<PendingJob[]> {
    const start = `{${this.prefix}}:queue:`;
    const names = (await this.keys(':queue:*:meta')).map((key) => key.slice(start.length, -':meta'.length));
    const jobs: PendingJob[] = [];
    for (const name of names) {
      const queue = new Queue(name, {
        connection: this.#connection(),
        prefix: start.slice(0, -1),
        skipMetasUpdate: true,
      });
      queue.on('error', () => undefined);
      for (const state of pendingStates) {
        const ids = await queue.getRanges([state], 0, -1);
        jobs.push(...ids.map((jobId) => ({ queue: name, jobId, state })));
      }
      await queue.close();
    }
    return jobs;
  }

  async read(): Promise<LedgerSeen> {
    const [keys, pendingJobs, openGoals] = [
      await this.keys(),
      await this.pendingJobs(),
      await this.openGoals(),
    ];
    return { prefix: this.prefix, keys, pendingJobs, openGoals };
  }
}
