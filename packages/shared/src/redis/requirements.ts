import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { SetupError } from '../settings/setup-error.ts';
import type { Ack } from './durability.ts';
import { probe } from './connection.ts';
import { infoField } from './info.ts';
import type { RedisAddress } from '../settings/redis-address.ts';

type Version = readonly [major: number, minor: number];

const OLDEST: Version = [6, 2];
/** The first that knows WAITAOF. */
const OLDEST_WITH_DISK: Version = [7, 2];

class UnfitRedisError extends SetupError {
  override readonly name = 'UnfitRedisError';
}

function isOlder(version: string, than: Version): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < than[0] || (major === than[0] && minor < than[1]);
}

/** Why this is not the Redis that the settings are about, or null. */
function mistaken(info: string, kind: RedisAddress['kind']): string | null {
  if (kind !== 'single') return null;
  if (infoField(info, 'cluster_enabled') === '1') {
    return (
      'Redis is a node of a Cluster, and keys may lie on others: set REDIS_CLUSTER to true, ' +
      'or name several of its nodes in REDIS_URL.'
    );
  }
  if (infoField(info, 'role') === 'slave') {
    const primary = `${infoField(info, 'master_host') ?? '?'}:${infoField(info, 'master_port') ?? '?'}`;
    return (
      `Redis is a replica of ${primary}, and takes no writes: name its primary in REDIS_URL, ` +
      'or the Sentinels that know it in REDIS_SENTINELS.'
    );
  }
  return null;
}

/** Why this Redis can't hold goals safely, with the remedy, or null. */
function unfitness(info: string, { ack, kind }: FitnessOptions): string | null {
  const mistake = mistaken(info, kind);
  if (mistake !== null) return mistake;
  const version = infoField(info, 'redis_version') ?? '0.0';
  if (isOlder(version, OLDEST)) {
    return `Redis is ${version}: Baton needs ${OLDEST.join('.')} or newer. Upgrade Redis.`;
  }
  const policy = infoField(info, 'maxmemory_policy');
  if (policy !== null && policy !== 'noeviction') {
    return (
      `Redis may evict keys (maxmemory-policy is "${policy}"), and a goal would be lost without a word. ` +
      'Set maxmemory-policy to noeviction.'
    );
  }
  if (ack !== 'disk') return null;
  const needs = `ACK=disk needs Redis ${OLDEST_WITH_DISK.join('.')} or newer with appendonly yes`;
  if (isOlder(version, OLDEST_WITH_DISK)) {
    return `${needs}; this is ${version}: upgrade Redis, or set appendfsync to always there and ACK to memory here.`;
  }
  if (infoField(info, 'aof_enabled') !== '1') {
    return `${needs}; this ${version} has it off: set appendonly to yes there, or ACK to memory or replica here.`;
  }
  return null;
}

export interface FitnessOptions {
  readonly ack: Ack;
  /** What the settings take it for. */
  readonly kind: RedisAddress['kind'];
  /** Ends the waiting: what a connection that is never made was asked stays unanswered. */
  readonly signal: AbortSignal;
}

/**
 * Resolves, as soon as Redis answers, when it can hold goals safely and can confirm them as `ack` asks; rejects with a
 * {@link SetupError} that names the remedy when it can't. A replica that is missing is no such fault: it may come.
 */
export async function requireFitRedis(redis: Redis, options: FitnessOptions): Promise<void> {
  const { signal } = options;
  signal.throwIfAborted();
  let giveUp: (reason: Error) => void = () => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => (giveUp = reject));
  givenUp.catch(() => undefined);
  const onAbort = (): void => giveUp(signal.reason as Error);
  const onError = (error: Error): void => {
    if (error instanceof SetupError) giveUp(error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  redis.on('error', onError);
  try {
    const info = await askUntilAnswered(() => Promise.race([redis.info(), givenUp]));
    const reason = unfitness(info, options);
    if (reason !== null) throw new UnfitRedisError(reason);
  } finally {
    signal.removeEventListener('abort', onAbort);
    redis.off('error', onError);
  }
}

/** What was asked as a connection dropped may stay unanswered for good: it is asked again after so long, in ms. */
const ASK_AGAIN = 3_000;

async function askUntilAnswered(ask: () => Promise<string>): Promise<string> {
  for (;;) {
    const late = new AbortController();
    const tooLate = sleep(ASK_AGAIN, null, { signal: late.signal }).catch(() => null);
    const answer = ask();
    // One that was given up may be rejected when nobody waits for it any more.
    answer.catch(() => undefined);
    const info = await Promise.race([answer, tooLate]).finally(() => late.abort());
    if (info !== null) return info;
  }
}

const PING_TIME = 1_000;

/** Why this Redis can't be worked with now, or null. */
export async function notAnswering(redis: Redis): Promise<string | null> {
  if (redis.status !== 'ready') return `redis is ${redis.status}`;
  const late = new AbortController();
  try {
    const answered = probe(redis).then(() => null);
    answered.catch(() => undefined);
    const tooLate = sleep(PING_TIME, `redis did not answer within ${PING_TIME} ms`, { signal: late.signal });
    return await Promise.race([answered, tooLate]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    late.abort();
  }
}
