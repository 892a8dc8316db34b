import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** The host of an address without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Why this server delivers nothing there, as far as the text shows it, or null. Names are judged when they are resolved. */
export function webhookUrlFault(url: URL, allowPrivate: boolean): string | null {
  if (allowPrivate) return null;
  if (url.protocol !== 'https:') return 'must begin with https:// on this server';
  const host = hostOf(url);
  if (isIP(host) === 0 || isPublicAddress(host)) return null;
  return `must lead to a public address: ${host} is not one`;
}
