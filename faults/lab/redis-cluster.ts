import type { Redis } from 'ioredis';
import { until } from '../../e2e/until.ts';
import { followed, openFleet } from './redis-fleet.ts';
import type { RedisServer } from './redis-server.ts';

const SLOTS = 16_384;
const FORMED_WITHIN = 30_000;

export interface ClusterOptions {
  readonly primaries?: number;
  /** Of each primary. */
  readonly replicas?: number;
  /** As in redis.conf, for every node. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Redis Cluster on the loopback address. */
export interface RedisCluster {
  /** The first are those that began as primaries. */
  readonly nodes: readonly RedisServer[];
  /** `redis://…,redis://…` of all nodes. */
  readonly urls: string;
  connectTo(server: RedisServer): Redis;
  /** The node that serves the key's slot now, as those say that live. */
  primaryOf(key: string): Promise<RedisServer>;
  /** Resolves when every living node sees all slots served, and every primary is followed by so many replicas. */
  isWhole(replicas: number): Promise<void>;
  close(): Promise<void>;
}

/** Formed over the protocol, since a program to form it with need not be here. */
export async function startCluster({
  primaries = 3,
  replicas = 1,
  settings = {},
}: ClusterOptions = {}): Promise<RedisCluster> {
  const fleet = await openFleet();
  try {
    const nodes = await Promise.all(
      Array.from({ length: primaries * (1 + replicas) }, (_, place) =>
        fleet.add(`node-${place}`, {
          ...followed,
          appendonly: 'no',
          'cluster-enabled': 'yes',
          'cluster-node-timeout': '1000',
          'cluster-replica-validity-factor': '0',
          ...settings,
        }),
      ),
    );
    await Promise.all(nodes.map((node) => node.start()));
    const connections = new Map(nodes.map((node) => [node, fleet.connectTo(node)]));
    const to = (node: RedisServer): Redis => connections.get(node) as Redis;
    const living = (): RedisServer[] => nodes.filter((node) => node.isAlive());

    async function primaryOf(key: string): Promise<RedisServer> {
      const [asked] = living();
      if (!asked) throw new Error('No node lives.');
      const slot = await to(asked).cluster('KEYSLOT', key);
      const ranges = await to(asked).cluster('SLOTS');
      const [, , [, port] = []] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [];
      const node = nodes.find((each) => each.port === port);
      if (!node) throw new Error(`No node serves slot ${slot}.`);
      return node;
    }

    async function isFollowed(node: RedisServer, wanted: number): Promise<boolean> {
      const facts = await to(node).info();
      if (!facts.includes('role:master')) return facts.includes('master_link_status:up');
      return [...facts.matchAll(/^slave\d+:.*state=online/gm)].length >= wanted;
    }

    const isWhole = async (wanted: number): Promise<void> =>
      void (await until(
        'the Cluster is whole',
        async () => {
          const seen = await Promise.all(
            living().map(
              async (node) =>
                (await to(node).cluster('INFO')).includes('cluster_state:ok') &&
                (await isFollowed(node, wanted)),
            ),
          );
          return seen.every(Boolean);
        },
        FORMED_WITHIN,
      ));

    const [first] = nodes as [RedisServer];
    const heads = nodes.slice(0, primaries);
    for (const [place, node] of heads.entries()) {
      const [from, below] = [place, place + 1].map((part) => Math.ceil((SLOTS * part) / primaries)) as [
        number,
        number,
      ];
      await to(node).cluster('SET-CONFIG-EPOCH', place + 1);
      await to(node).cluster(
        'ADDSLOTS',
        Array.from({ length: below - from }, (_, at) => from + at),
      );
    }
    for (const node of nodes) if (node !== first) await to(node).cluster('MEET', first.host, first.port);
    await until(
      'every node knows the others',
      async () => {
        const known = await Promise.all(nodes.map(async (node) => String(await to(node).cluster('NODES'))));
        return known.every((text) => {
          const lines = text.trim().split('\n');
          return lines.length === nodes.length && !text.includes('handshake');
        });
      },
      FORMED_WITHIN,
    );
    const ids = await Promise.all(heads.map((node) => to(node).cluster('MYID')));
    await Promise.all(
      nodes
        .slice(primaries)
        .map((node, place) => to(node).cluster('REPLICATE', ids[place % primaries] ?? '')),
    );
    await isWhole(replicas);

    return {
      nodes,
      urls: nodes.map(({ url }) => url).join(','),
      connectTo: fleet.connectTo,
      primaryOf,
      isWhole,
      close: () => fleet.close(),
    };
  } catch (error) {
    await fleet.close();
    throw error;
  }
}
