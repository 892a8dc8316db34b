import type { RedisConnection } from '../redis/connection.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { AtScrape } from './health-server.ts';
import { inTime } from './in-time.ts';

const PING_TIME = 1_000;

/** Measures the way to Redis at each scrape, for a process that tells nothing of the fleet. */
export function pingAtScrape(
  redis: RedisConnection,
  { redisPingSeconds }: Pick<Metrics, 'redisPingSeconds'>,
): AtScrape {
  return async () => {
    const askedAt = performance.now();
    // What is not connected would keep the question until it is.
    const asked = redis.status === 'ready' ? redis.ping() : Promise.resolve(null);
    const answer = await inTime(asked, PING_TIME).catch(() => null);
    redisPingSeconds.set(answer === null ? Infinity : (performance.now() - askedAt) / 1_000);
    return '';
  };
}
