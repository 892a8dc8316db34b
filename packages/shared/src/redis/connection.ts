import { Redis, type RedisOptions } from 'ioredis';

/** A connection, for those who hand it on and need not know whose it is. */
export type RedisConnection = Redis;

/** A half-open socket is given up after this long without a reply, in ms; above the longest blocking read. */
const SOCKET_TIMEOUT = 12_000;
/** What a request may wait for Redis before it is refused, in ms. */
const COMMAND_TIMEOUT = 5_000;

type Options = Omit<RedisOptions, 'replyMapping'>;

const common: Options = {
  socketTimeout: SOCKET_TIMEOUT,
  connectTimeout: 10_000,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  /** After a failover the old primary answers READONLY, from scripts of Redis 6 in other words: reconnect and send it again. */
  reconnectOnError: (error) => (/^READONLY\b|-READONLY /.test(error.message) ? 2 : false),
};

/**
 * `patient` waits through an outage and sends again, for workers and readers that have nobody waiting;
 * `failFast` gives up within seconds and never sends a command twice, for requests that somebody waits for and for flows.
 */
export type Patience = 'patient' | 'failFast';

/**
 * BullMQ asks a connection for Redis's version once, when a queue is opened, and refuses that queue for good when the answer
 * does not come in time. Baton has asked by then.
 */
const forBullMq = { skipVersionCheck: true };

function redisOptions(patience: Patience): Options {
  return patience === 'patient'
    ? { ...common, maxRetriesPerRequest: null }
    : {
        ...common,
        ...forBullMq,
        maxRetriesPerRequest: 1,
        commandTimeout: COMMAND_TIMEOUT,
        autoResendUnfulfilledCommands: false,
      };
}

/** Opens a connection; errors go to `onError`, and reconnecting is ioredis's own. */
export function connect(url: string, patience: Patience, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, redisOptions(patience));
  redis.on('error', onError);
  return redis;
}
