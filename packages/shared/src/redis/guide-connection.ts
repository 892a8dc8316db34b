import { Redis, type RedisOptions } from 'ioredis';
import type { HostPort, RedisLogin } from '../settings/redis-address.ts';

/** What a guide may take to be reached, and to answer, in ms. */
const PATIENCE = 1_000;

type Login = Omit<RedisOptions, 'replyMapping'>;

export function optionsOf({ username, password, tls }: RedisLogin): Login {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}

/** A connection for one question; rejects with what kept it from being asked. */
export async function onGuide<Answer>(
  guide: HostPort,
  login: Login,
  ask: (redis: Redis) => Promise<Answer>,
): Promise<Answer> {
  const redis = new Redis({
    ...guide,
    ...login,
    retryStrategy: null,
    enableReadyCheck: false,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
  });
  let trouble: Error | null = null;
  redis.on('error', (error) => (trouble ??= error));
  try {
    return await ask(redis);
  } catch (error) {
    throw trouble ?? error;
  } finally {
    redis.disconnect();
  }
}
