import ipaddr from 'ipaddr.js';

/** Addresses of clouds' own services that no registry calls special. */
const platformAddresses: ReadonlySet<string> = new Set(['168.63.129.16']);

/** What is globally routable today: https://www.iana.org/assignments/ipv6-address-space */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** True for an address of the public internet; false for any other, whatever its notation, and for what is none. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address that is wrapped in an IPv6 one is judged as what it is.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(globalUnicast);
  return !platformAddresses.has(parsed.toString());
}
