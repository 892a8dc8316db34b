import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { localRedis } from '../../../../../scripts/redis.mjs';

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  /** Another connection, closed when the test is over. */
  connect(): Redis;
  stop(): Promise<void>;
}

/** A server for one test, which may set it up, fill it and stop it as it likes. */
export async function openPrivateRedis(): Promise<PrivateRedis> {
  const server = await localRedis();
  onTestFinished(() => server.stop());
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    connect() {
      const redis = new Redis(server.url, { maxRetriesPerRequest: null });
      redis.on('error', () => undefined);
      onTestFinished(() => redis.disconnect());
      return redis;
    },
    stop: () => server.stop(),
  };
}
