import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';
import { hostOf } from './webhook-url.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/**
 * The addresses to which a message for this URL may go. A name is resolved once, here, and each of its addresses is held to
 * the rule: one bad address spoils the name. Rejects, saying why, when there is none to go to.
 */
export async function receiverAddresses(
  url: URL,
  allowPrivate: boolean,
  resolve: Resolve,
): Promise<readonly LookupAddress[]> {
  const host = hostOf(url);
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new Error(`${host} has no address`);
  const refused = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
  if (refused === undefined) return addresses;
  const leads = family === 0 ? `${host} leads to ${refused.address}, which` : host;
  throw new Error(`${leads} is not a public address: nothing was sent`);
}
