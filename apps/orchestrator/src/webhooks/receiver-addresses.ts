import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { DeliveryError } from './delivery-error.ts';
import { isPublicAddress } from './public-address.ts';
import type { Resolve } from './resolve.ts';
import { hostOf } from './webhook-url.ts';

/**
 * The addresses to which a message for this URL may go. A name is resolved once, here, and each of its addresses is held to
 * the rule: one bad address spoils the name. Rejects with a `DeliveryError` when there is none to go to; it does not name an
 * address that a name led to, since whoever chose the name would learn of the network that this process is in.
 */
export async function receiverAddresses(
  url: URL,
  allowPrivate: boolean,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const host = hostOf(url);
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host, signal) : [{ address: host, family }];
  if (addresses.length === 0) throw new DeliveryError(`${host} has no address`);
  if (allowPrivate || addresses.every(({ address }) => isPublicAddress(address))) return addresses;
  const fault = family === 0 ? 'leads to an address that is not public' : 'is not a public address';
  throw new DeliveryError(`${host} ${fault}: nothing was sent`);
}
