import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** ms over which the witnesses' writes are spread: one sync of `appendfsync everysec` to the next. */
const SPREAD = 1_000;
const WITNESSES = 8;

/**
 * Knows from outside what Redis has synced to its append-only file: writes of its own are confirmed by WAITAOF.
 *
 * 1. `syncedBytes` is never less than what had been synced when the last confirmation was sent: the file's size is read
 *    when the confirmation has arrived, and what comes meanwhile only makes it larger.
 * 2. Whenever a sync begins, a write of some witness lies before it, so no sync ends without being noticed.
 */
export class FsyncWitness {
  readonly #connections: Redis[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #fileBytes: () => number;
  #syncedBytes: number;

  /** @param fileBytes the size of the file that Redis appends to */
  constructor(url: string, fileBytes: () => number) {
    this.#fileBytes = fileBytes;
    this.#syncedBytes = fileBytes();
    for (let place = 0; place < WITNESSES; place += 1) {
      const redis = new Redis(url, { retryStrategy: null, maxRetriesPerRequest: 0 });
      redis.on('error', () => undefined);
      this.#connections.push(redis);
      this.#running.push(this.#run(redis, place).catch(() => undefined));
    }
  }

  get syncedBytes(): number {
    return this.#syncedBytes;
  }

  /** Resolves when everything that Redis had said before it died has been heard. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
    for (const redis of this.#connections) redis.disconnect();
  }

  async #run(redis: Redis, place: number): Promise<void> {
    for (let round = 0; ; round += 1) {
      await redis.set(`sync-witness:${place}`, round);
      const [onDisk] = (await redis.call('WAITAOF', 1, 0, 0)) as number[];
      if (onDisk === 1) this.#syncedBytes = this.#fileBytes();
      await delay((place * SPREAD) / WITNESSES);
    }
  }
}
