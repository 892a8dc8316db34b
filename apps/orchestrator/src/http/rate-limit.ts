/**
 * Requests per minute and API key, counted in Redis for all processes together; without keys, in the one process there is.
 *
 * Invariants:
 * 1. The count never makes a request fail: what can't be counted passes, after `PATIENCE` at most.
 * 2. After a failure nobody waits for the count for `PAUSE`: an outage costs one request in a second that time, not all.
 * 3. Redis sees the key's id, never the key.
 */
import { createHash } from 'node:crypto';
import { MemoryStore, rateLimit, type RateLimitRequestHandler } from 'express-rate-limit';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerOf } from './authenticate.ts';
import { ProblemError } from './problem.ts';

const MINUTE = 60_000;
/** ms that a request waits for its count. */
const PATIENCE = 250;
/** ms. */
const PAUSE = 1_000;

export interface RateLimit {
  /** Requests that a key may send in a minute. */
  readonly perMinute: number;
  /** Sends one command to Redis; null where one process counts for itself. */
  readonly send: ((command: readonly string[]) => Promise<unknown>) | null;
  /** Begins the names of the counters. */
  readonly keyPrefix: string;
}

type Send = NonNullable<RateLimit['send']>;

class NotCounted extends Error {
  override readonly name = 'NotCounted';
}

/** Knows the store's scripts itself, so that one which Redis has not, or not any more, is only ever a longer command. */
function knowingScripts(send: Send): Send {
  const scripts = new Map<string, string>();
  return async (command) => {
    const [name, first = '', ...rest] = command;
    if (name === 'SCRIPT') {
      const text = String(rest[0]);
      const sha = createHash('sha1').update(text).digest('hex');
      scripts.set(sha, text);
      return sha;
    }
    try {
      return await send(command);
    } catch (error) {
      const text = scripts.get(first);
      if (name !== 'EVALSHA' || text === undefined || !/^NOSCRIPT\b/.test((error as Error).message))
        throw error;
      return send(['EVAL', text, ...rest]);
    }
  };
}

function impatient(send: Send): Send {
  let pausedUntil = 0;
  return async (command) => {
    if (performance.now() < pausedUntil) throw new NotCounted('Redis did not answer a moment ago.');
    const over = new AbortController();
    const tooLate = sleep(PATIENCE, undefined, { signal: over.signal }).then(() => {
      throw new NotCounted(`Redis did not answer within ${PATIENCE} ms.`);
    });
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([send(command), tooLate]);
    } catch (error) {
      pausedUntil = performance.now() + PAUSE;
      throw error;
    } finally {
      over.abort();
    }
  };
}

function sharedStore(send: Send, prefix: string): RedisStore {
  const count = impatient(knowingScripts(send));
  return new RedisStore({ prefix, sendCommand: (...command) => count(command) as Promise<RedisReply> });
}

/** Behind `authenticate`. Tells in `RateLimit` and `RateLimit-Policy` (draft 8) how much is left; refuses with `rate_limited`. */
export function limitRate({ perMinute, send, keyPrefix }: RateLimit): RateLimitRequestHandler {
  return rateLimit({
    windowMs: MINUTE,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'requests',
    keyGenerator: (_request, response) => callerOf(response).keyId,
    store: send === null ? new MemoryStore() : sharedStore(send, keyPrefix),
    passOnStoreError: true,
    // The connection tells its own troubles.
    logger: { warn: () => undefined, error: () => undefined },
    handler: (_request, _response, next) => {
      next(
        new ProblemError(
          'rate_limited',
          `This key may send ${perMinute} requests a minute: go on when Retry-After is over.`,
        ),
      );
    },
  });
}
