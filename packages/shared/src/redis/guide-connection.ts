import { Redis, type RedisOptions } from 'ioredis';
import type { HostPort, RedisLogin } from '../settings/redis-address.ts';
import { inShort } from '../telemetry/error-parts.ts';
import { nameOf } from './primary-connector.ts';

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

/** It is not known, for now, which server to connect to. In words that may be logged. */
export class NoPrimaryError extends Error {
  override readonly name = 'NoPrimaryError';
}

/**
 * A connection for one question; rejects with a {@link NoPrimaryError}, whose cause is what kept it from being asked.
 * @param kind what the guide is
 */
export async function onGuide<Answer>(
  kind: string,
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
    const cause = trouble ?? error;
    const message = `${kind} ${nameOf(guide)} does not tell where goals are: ${inShort(cause)}`;
    throw new NoPrimaryError(message, { cause });
  } finally {
    redis.disconnect();
  }
}
