import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { SetupError } from '../settings/setup-error.ts';

const OLDEST = [6, 2] as const;

class UnfitRedisError extends SetupError {
  override readonly name = 'UnfitRedisError';
}

function field(info: string, name: string): string | null {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? null;
}

/** Resolves when this Redis can hold goals safely; rejects with a {@link SetupError} that names the remedy when it can't. */
export async function requireFitRedis(redis: Redis): Promise<void> {
  const info = await redis.info();
  const version = field(info, 'redis_version') ?? '0.0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new UnfitRedisError(
      `Redis is ${version}: Baton needs ${OLDEST.join('.')} or newer. Upgrade Redis.`,
    );
  }
  const policy = field(info, 'maxmemory_policy');
  if (policy !== null && policy !== 'noeviction') {
    throw new UnfitRedisError(
      `Redis may evict keys (maxmemory-policy is "${policy}"), and a goal would be lost without a word. ` +
        'Set maxmemory-policy to noeviction.',
    );
  }
}

const PING_TIME = 1_000;

/** Why this Redis can't be worked with now, or null. */
export async function notAnswering(redis: Redis): Promise<string | null> {
  if (redis.status !== 'ready') return `redis is ${redis.status}`;
  const late = new AbortController();
  try {
    const answered = redis.ping().then(() => null);
    const tooLate = sleep(PING_TIME, `redis did not answer within ${PING_TIME} ms`, { signal: late.signal });
    return await Promise.race([answered, tooLate]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    late.abort();
  }
}
