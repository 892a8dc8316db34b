import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** The host of an address without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Names of the machine that resolves them, wherever that is: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const OWN_NAME = /(^|\.)localhost\.?$/;

/** Why this server delivers nothing there, as far as the text shows it, or null. Names are judged when they are resolved. */
export function webhookUrlFault(url: URL, allowPrivate: boolean): string | null {
  if (allowPrivate) return null;
  if (url.protocol !== 'https:') return 'must begin with https:// on this server';
  const host = hostOf(url);
  if (isIP(host) === 0 ? !OWN_NAME.test(host) : isPublicAddress(host)) return null;
  return `must lead to a public address: ${host} is not one`;
}
