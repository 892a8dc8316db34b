import { Redis } from 'ioredis';
import { until } from '../../e2e/until.ts';
import { followed, openFleet } from './redis-fleet.ts';
import type { RedisServer } from './redis-server.ts';

const SENTINELS = 3;
const QUORUM = 2;
const READY_WITHIN = 30_000;

export interface SentinelOptions {
  /** As in redis.conf, for the servers that hold data. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly master?: string;
}

/** A primary, a replica and three Sentinels on the loopback address. */
export interface RedisSentinels {
  readonly master: string;
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  /** `host:port,…` of the Sentinels. */
  readonly addresses: string;
  connectTo(server: RedisServer): Redis;
  /** The server that the Sentinels that live name. */
  primary(): Promise<RedisServer>;
  /** Resolves when the primary is followed by a replica. */
  isWhole(): Promise<void>;
  close(): Promise<void>;
}

export async function startSentinels({
  settings = {},
  master = 'mymaster',
}: SentinelOptions = {}): Promise<RedisSentinels> {
  const fleet = await openFleet();
  try {
    const data = { ...followed, appendonly: 'no', ...settings };
    const [first, second] = await Promise.all([fleet.add('data-0', data), fleet.add('data-1', data)]);
    await first.start();
    await second.start({ replicaof: `${first.host} ${first.port}` });
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, (_, place) =>
        fleet.add(
          `sentinel-${place}`,
          {
            'sentinel monitor': `${master} ${first.host} ${first.port} ${QUORUM}`,
            'sentinel down-after-milliseconds': `${master} 600`,
            'sentinel failover-timeout': `${master} 1000`,
          },
          true,
        ),
      ),
    );
    await Promise.all(sentinels.map((sentinel) => sentinel.start()));
    const servers = [first, second];
    const connections = new Map([...servers, ...sentinels].map((each) => [each, fleet.connectTo(each)]));
    const to = (server: RedisServer): Redis => connections.get(server) as Redis;

    async function primary(): Promise<RedisServer> {
      const asked = sentinels.find((sentinel) => sentinel.isAlive());
      if (!asked) throw new Error('No Sentinel lives.');
      const [, port] = (await to(asked).call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master)) as string[];
      const named = servers.find((server) => server.port === Number(port));
      if (!named) throw new Error(`No server listens at port ${port}.`);
      return named;
    }

    async function factsOf(sentinel: RedisServer): Promise<Map<string, string>> {
      const flat = (await to(sentinel).call('SENTINEL', 'MASTER', master)) as string[];
      return new Map(
        Array.from(
          { length: flat.length / 2 },
          (_, at) => [flat[2 * at], flat[2 * at + 1]] as [string, string],
        ),
      );
    }

    const isWhole = async (): Promise<void> =>
      void (await until(
        'the Sentinels know each other and a replica that is in step',
        async () => {
          const named = await primary();
          if (!named.isAlive()) return false;
          const seen = await Promise.all(sentinels.filter((each) => each.isAlive()).map(factsOf));
          return (
            seen.every(
              (facts) =>
                facts.get('num-slaves') !== '0' && Number(facts.get('num-other-sentinels')) >= SENTINELS - 1,
            ) && /^slave0:.*state=online/m.test(await to(named).info('replication'))
          );
        },
        READY_WITHIN,
      ));
    await isWhole();

    return {
      master,
      servers,
      sentinels,
      addresses: sentinels.map(({ host, port }) => `${host}:${port}`).join(','),
      connectTo: fleet.connectTo,
      primary,
      isWhole,
      close: () => fleet.close(),
    };
  } catch (error) {
    await fleet.close();
    throw error;
  }
}
