import { once } from 'node:events';
import type { Redis } from 'ioredis';

/** ms that Redis may take to answer on a new socket. */
const REPLACED_WITHIN = 10_000;

/**
 * True when it is the socket's fault that Redis refused a command inside a transaction, where ioredis does not see it:
 * after a failover it leads to a replica, or ioredis takes scripts for loaded that Redis has forgotten (SCRIPT FLUSH; from
 * Redis 7.4 on, scripts that were evicted for newer ones). Neither changes while the socket lives.
 */
export function isStaleSocket(error: unknown): error is Error {
  return error instanceof Error && /^(NOSCRIPT|READONLY)\b|-READONLY /.test(error.message);
}

const underWay = new WeakMap<Redis, Promise<void>>();

/**
 * Gives a connection a new socket, unless it has got one since it used `used` (its `stream` by then). What is under way on
 * the old one is rejected. Resolves when the new one answers.
 */
export async function replaceSocket(redis: Redis, used: Redis['stream']): Promise<void> {
  if (redis.stream !== used && redis.status === 'ready') return;
  const replaced = underWay.get(redis) ?? newSocket(redis);
  underWay.set(redis, replaced);
  await replaced.finally(() => underWay.delete(redis));
}

async function newSocket(redis: Redis): Promise<void> {
  const ready = once(redis, 'ready', { signal: AbortSignal.timeout(REPLACED_WITHIN) });
  if (redis.status === 'ready') redis.disconnect(true);
  await ready;
}
