import type { Redis } from 'ioredis';
import { connect } from '@baton/shared/redis/connection';
import { orchestratorSettings } from '@baton/shared/settings/settings';
import { until } from '../../e2e/until.ts';
import type { LabRedis } from './lab-redis.ts';
import { startCluster } from './redis-cluster.ts';
import { startSentinels } from './redis-sentinels.ts';
import type { RedisServer } from './redis-server.ts';

const REPLACED_WITHIN = 30_000;

/** What of a Cluster, or of Sentinels and theirs, a lab needs to know. */
interface Fleet {
  readonly environment: Readonly<Record<string, string>>;
  readonly servers: readonly RedisServer[];
  /** The one that holds Baton's keys now. */
  primary(): Promise<RedisServer>;
  isWhole(): Promise<void>;
  close(): Promise<void>;
}

const settings = { appendonly: 'yes', appendfsync: 'everysec' };

async function openCluster(prefix: string): Promise<Fleet> {
  const cluster = await startCluster({ settings });
  return {
    environment: { REDIS_URL: cluster.urls },
    servers: cluster.nodes,
    primary: () => cluster.primaryOf(`{${prefix}}`),
    isWhole: () => cluster.isWhole(1),
    close: () => cluster.close(),
  };
}

async function openSentinels(): Promise<Fleet> {
  const set = await startSentinels({ settings });
  return {
    environment: { REDIS_URL: 'redis://nowhere.invalid', REDIS_SENTINELS: set.addresses },
    servers: [...set.servers, ...set.sentinels],
    primary: () => set.primary(),
    isWhole: () => set.isWhole(),
    close: () => set.close(),
  };
}

function unknown(what: string): never {
  throw new Error(`Several servers are not asked to ${what}.`);
}

/** A lab's Redis of several servers, which see to it themselves that another takes over. */
export async function openLabFleet(kind: 'cluster' | 'sentinel', prefix: string): Promise<LabRedis> {
  const fleet = kind === 'cluster' ? await openCluster(prefix) : await openSentinels();
  let primary = await fleet.primary();
  const { redis: address } = orchestratorSettings({
    ...fleet.environment,
    BATON_PREFIX: prefix,
    ROLE: 'api',
  });
  const connection: Redis = connect(address, 'patient', () => undefined);

  /** Resolves when another than `old` holds Baton's keys, and answers. */
  async function replaced(old: RedisServer): Promise<void> {
    primary = await until(
      'another server takes over',
      async () => {
        const now = await fleet.primary();
        return now !== old && now.isAlive() ? now : null;
      },
      REPLACED_WITHIN,
    );
  }

  return {
    connection,
    get primary() {
      return primary;
    },
    replica: null,
    environment: fleet.environment,
    isAlive: () => fleet.servers.every((server) => server.isAlive()),
    kill: () => primary.kill(),
    async restart() {
      await Promise.all(fleet.servers.map((server) => server.start()));
      await fleet.isWhole();
      primary = await fleet.primary();
    },
    stop: () => primary.signal('SIGSTOP'),
    resume: () => {
      for (const server of fleet.servers) server.signal('SIGCONT');
    },
    pause: (ms) => primary.pause(ms),
    setMaxMemory: () => unknown('change their memory'),
    promoteReplica: () => replaced(primary),
    addReplica: async () => {
      await Promise.all(fleet.servers.map((server) => server.start()));
      await fleet.isWhole();
    },
    aofFiles: () => unknown('show their files'),
    async close() {
      connection.disconnect();
      await fleet.close();
    },
  };
}
