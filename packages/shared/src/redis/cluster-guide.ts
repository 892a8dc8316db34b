import { SetupError } from '../settings/setup-error.ts';
import type { ClusterRedis, HostPort } from '../settings/redis-address.ts';
import { NoPrimaryError, onGuide, optionsOf } from './guide-connection.ts';
import { nameOf, type AskGuide, type View } from './primary-connector.ts';

/** It answers, and will never be what is looked for. */
class NoClusterError extends SetupError {
  override readonly name = 'NoClusterError';
}

/** Asks a node of a Cluster for the primary of the key's slot; one that sees the Cluster down names none. */
export function clusterGuide({ login }: ClusterRedis, key: string): AskGuide {
  return (node) =>
    onGuide('Node', node, optionsOf(login), async (redis) => {
      const [state, slot, ranges] = await Promise.all([
        redis.cluster('INFO'),
        redis.cluster('KEYSLOT', key),
        redis.cluster('SLOTS'),
      ]);
      if (!state.includes('cluster_state:ok')) throw new NoPrimaryError('the Cluster is down');
      return viewOf(ranges, slot, node);
    }).catch((error: NoPrimaryError) => {
      throw isNoCluster(error.cause) ? new NoClusterError(noCluster(node)) : error;
    });
}

const isNoCluster = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('cluster support disabled');

const noCluster = (node: HostPort): string =>
  `The Redis at ${nameOf(node)} is no node of a Cluster: name it alone in REDIS_URL and leave REDIS_CLUSTER out, ` +
  'or name nodes of a Cluster.';

/** First and last slot, then host, port and more of the primary and of each replica. */
type SlotRange = readonly [first: number, last: number, ...servers: Server[]];
type Server = readonly [host: string | null, port: number, ...unknown[]];

/** @param asked which a server is that has no name of its own. */
function viewOf(ranges: readonly SlotRange[], slot: number, asked: HostPort): View {
  const serverOf = ([host, port]: Server): HostPort => ({
    host: host === null || host === '' || host === '?' ? asked.host : host,
    port,
  });
  const guides = ranges.flatMap(([, , ...servers]) => servers.map(serverOf));
  const [, , primary] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [];
  if (!primary) throw new NoPrimaryError(`no node holds slot ${slot}`);
  return { guides, primary: serverOf(primary) };
}
