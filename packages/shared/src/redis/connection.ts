import { Redis, type RedisOptions } from 'ioredis';
import { clusterGuide } from './cluster-guide.ts';
import { optionsOf } from './guide-connection.ts';
import { keyspaceOf } from './keyspace.ts';
import type { ClusterRedis, RedisAddress, SentinelRedis } from '../settings/redis-address.ts';
import { primaryConnector } from './primary-connector.ts';
import { sentinelGuide } from './sentinel-guide.ts';

/** A connection, for those who hand it on and need not know whose it is. */
export type RedisConnection = Redis;

/** A half-open socket is given up after this long without a reply, in ms; above the longest blocking read. */
const SOCKET_TIMEOUT = 12_000;
/** What a request may wait for Redis before it is refused, in ms. */
const COMMAND_TIMEOUT = 5_000;

type Options = Omit<RedisOptions, 'replyMapping'>;

/**
 * What a server says that is not, or not now, the one to ask, and that has done nothing: reconnect and send it again. After a
 * failover the old primary answers READONLY, from scripts of Redis 6 in other words; in a Cluster MOVED. While keys move to another
 * node some answers are ASK and TRYAGAIN.
 */
const misled = /^(READONLY|MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b|-READONLY /;

const common: Options = {
  socketTimeout: SOCKET_TIMEOUT,
  connectTimeout: 10_000,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  reconnectOnError: (error) => (misled.test(error.message) ? 2 : false),
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

/** Where another server may take over it is looked for more often than one is tried that is away. */
const replaceable: Options = {
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 500),
  // A socket whose server says nothing does not end by itself.
  disconnectTimeout: 300,
};

function open(address: RedisAddress, options: Options): Redis {
  if (address.kind === 'single') return new Redis(address.url, options);
  return new Redis({
    ...options,
    ...replaceable,
    ...optionsOf(address.login),
    ...(address.kind === 'sentinel' ? { db: address.db } : {}),
    Connector: connectorOf(address),
  });
}

/** Any key of a keyspace tells its slot. */
function keyOf({ prefix }: ClusterRedis): string {
  return keyspaceOf(prefix).queuePrefix;
}

type Connector = NonNullable<RedisOptions['Connector']>;
const connectors = new WeakMap<RedisAddress, Connector>();

/** One for all connections with that address. */
function connectorOf(address: ClusterRedis | SentinelRedis): Connector {
  const connector = connectors.get(address) ?? newConnector(address);
  connectors.set(address, connector);
  return connector;
}

function newConnector(address: ClusterRedis | SentinelRedis): Connector {
  return address.kind === 'cluster'
    ? primaryConnector(address.nodes, clusterGuide(address, keyOf(address)), address.login)
    : primaryConnector(address.sentinels, sentinelGuide(address), address.login);
}

/** Of connections to a Cluster, a key in the slot that they follow. */
const keys = new WeakMap<Redis, string>();

/** Resolves when Redis can be worked with: a node of a Cluster that is down answers PING all the same. */
export async function probe(redis: Redis): Promise<void> {
  const key = keys.get(redis);
  await (key === undefined ? redis.ping() : redis.exists(key));
}

/**
 * Opens a connection to the server that holds Baton's keys, which is found again whenever the socket is new; errors go to
 * `onError`, and reconnecting is ioredis's own.
 */
export function connect(address: RedisAddress, patience: Patience, onError: (error: Error) => void): Redis {
  const redis = open(address, redisOptions(patience));
  redis.on('error', onError);
  if (address.kind === 'cluster') keys.set(redis, keyOf(address));
  return redis;
}
