import { SetupError } from '../settings/setup-error.ts';
import type { ClusterRedis, HostPort } from '../settings/redis-address.ts';
import { onGuide, optionsOf } from './guide-connection.ts';
import { nameOf, type AskGuide, type View } from './primary-connector.ts';

/** It answers, and will never be what is looked for. */
class NoClusterError extends SetupError {
  override readonly name = 'NoClusterError';
}

/** Asks a node of a Cluster for the primary of the key's slot; one that sees the Cluster down names none. */
export function clusterGuide({ login }: ClusterRedis, key: string): AskGuide {
  return (node) =>
    onGuide(node, optionsOf(login), async (redis) => {
      const [state, slot, ranges] = await Promise.all([
        redis.cluster('INFO'),
        redis.cluster('KEYSLOT', key),
        redis.cluster('SLOTS'),
      ]);
      if (!state.includes('cluster_state:ok')) throw new Error('the Cluster is down');
      return viewOf(ranges, slot, node);
    }).catch((error: unknown) => {
      throw told(error as Error, node);
    });
}

function told(error: Error, node: HostPort): Error {
  if (/cluster support disabled/.test(error.message))
    return new NoClusterError(
      `The Redis at ${nameOf(node)} is no node of a Cluster: name it alone in REDIS_URL and leave REDIS_CLUSTER out, ` +
        'or name nodes of a Cluster.',
    );
  return new Error(`${nameOf(node)} does not tell where goals are: ${error.message}`, { cause: error });
}

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
  if (!primary) throw new Error(`no node holds slot ${slot}`);
  return { guides, primary: serverOf(primary) };
}
