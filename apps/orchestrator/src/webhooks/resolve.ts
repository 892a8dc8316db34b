import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { DeliveryError } from './delivery-error.ts';

/** All addresses of a name; rejects when it has none. An aborted signal ends the search. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/** ms until a name server is asked again, and how often one is asked: 2 s, then 4 s. */
const QUERY_TIME = 2_000;
const QUERIES = 2;

/** What says that there are no addresses of the family, and not that nobody could say. */
const none: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND']);

function codeOf({ reason }: PromiseRejectedResult): string {
  return (reason as NodeJS.ErrnoException).code ?? 'unknown';
}

/**
 * Asks name servers, and nothing else of this machine: hosts files and search domains say what is inside its network. Waits on
 * no thread, so that names that nobody answers for hold up nothing else.
 * @param servers instead of the machine's own
 */
export function askNameServers(servers?: readonly string[]): Resolve {
  return async (host, signal) => {
    signal.throwIfAborted();
    const resolver = new Resolver({ timeout: QUERY_TIME, tries: QUERIES });
    if (servers) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      signal.throwIfAborted();
      const addresses = [
        ...(four.status === 'fulfilled' ? four.value : []).map((address) => ({ address, family: 4 })),
        ...(six.status === 'fulfilled' ? six.value : []).map((address) => ({ address, family: 6 })),
      ];
      if (addresses.length > 0) return addresses;
      const failed = [four, six].filter((answer) => answer.status === 'rejected').map(codeOf);
      const unknown = failed.find((code) => !none.has(code));
      if (unknown === undefined) return [];
      throw new DeliveryError(`${host} could not be resolved (${unknown})`);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

/** Asks as every other program on this machine does: `localhost`, hosts files and search domains count. */
export const askThisMachine: Resolve = (host) => lookup(host, { all: true });
