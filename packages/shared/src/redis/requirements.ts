import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { SetupError } from '../settings/setup-error.ts';
import type { Ack } from './durability.ts';
import { infoField } from './info.ts';

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

/** Why this Redis can't hold goals safely, with the remedy, or null. */
function unfitness(info: string, ack: Ack): string | null {
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
  /** Ends the waiting: what a connection that is never made was asked stays unanswered. */
  readonly signal: AbortSignal;
}

/**
 * Resolves, as soon as Redis answers, when it can hold goals safely and can confirm them as `ack` asks; rejects with a
 * {@link SetupError} that names the remedy when it can't. A replica that is missing is no such fault: it may come.
 */
export async function requireFitRedis(redis: Redis, { ack, signal }: FitnessOptions): Promise<void> {
  signal.throwIfAborted();
  const givenUp = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const info = await askUntilAnswered(() => Promise.race([redis.info(), givenUp]));
  const reason = unfitness(info, ack);
  if (reason !== null) throw new UnfitRedisError(reason);
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
    const answered = redis.ping().then(() => null);
    const tooLate = sleep(PING_TIME, `redis did not answer within ${PING_TIME} ms`, { signal: late.signal });
    return await Promise.race([answered, tooLate]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    late.abort();
  }
}
