import type { SentinelRedis } from '../settings/redis-address.ts';
import { NoPrimaryError, onGuide } from './guide-connection.ts';
import type { AskGuide } from './primary-connector.ts';

/** Asks a Sentinel for the primary. */
export function sentinelGuide({ master, sentinelPassword }: SentinelRedis): AskGuide {
  const options = sentinelPassword === undefined ? {} : { password: sentinelPassword };
  return (sentinel) =>
    onGuide('Sentinel', sentinel, options, async (redis) => {
      const [primary, others] = (await Promise.all([
        redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master),
        // Refused where that name is not known.
        redis.call('SENTINEL', 'SENTINELS', master).catch(() => []),
      ])) as [[host: string, port: string] | null, unknown[]];
      if (primary === null) throw new NoPrimaryError(`it knows no primary of the name ${master}`);
      const [host, port] = primary;
      return { primary: { host, port: Number(port) }, guides: others.flatMap(placeOf) };
    });
}

/** @param said names and values, one after the other */
function placeOf(said: unknown): { host: string; port: number }[] {
  if (!Array.isArray(said)) return [];
  const valueOf = (name: string): string => String(said[said.indexOf(name) + 1]);
  return [{ host: valueOf('ip'), port: Number(valueOf('port')) }];
}
