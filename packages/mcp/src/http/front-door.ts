/**
 * Who may come in over HTTP, and with which API key.
 *
 * Invariants:
 * 1. A page in somebody's browser gets in nowhere: its `Origin` is not one of ours, and a name of its own that it has made point
 *    here (DNS rebinding) is not one of our hosts.
 * 2. A caller acts with its own key. This process's key is lent only to callers on this machine: the address is a loopback one,
 *    no other host names are served, and no proxy says that it stands in between.
 */
import type { IncomingHttpHeaders } from 'node:http';
import {
  localhostAllowedHostnames,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';

export interface Door {
  /** Host names by which clients may call it, without port; IPv6 in brackets. */
  readonly hosts: readonly string[];
  /** Whether a caller without a key may use this process's own, or none. */
  readonly lendsKey: boolean;
}

export interface DoorSettings {
  /** The address to listen at. */
  readonly host: string;
  /** Host names besides the loopback ones and `host`. */
  readonly allowedHosts: readonly string[];
  readonly requireKey: boolean;
}

export type Admission =
  /** Null: this process's own. */
  | { readonly isAdmitted: true; readonly apiKey: string | null }
  | { readonly isAdmitted: false; readonly status: 401 | 403; readonly message: string };

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
/** What proxies add. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

export function openDoor({ host, allowedHosts, requireKey }: DoorSettings): Door {
  const isLoopback = loopback.has(host);
  const own = isLoopback || everywhere.has(host) ? [] : [host.includes(':') ? `[${host}]` : host];
  return {
    hosts: [...localhostAllowedHostnames(), ...own, ...allowedHosts].map((name) => name.toLowerCase()),
    lendsKey: isLoopback && allowedHosts.length === 0 && !requireKey,
  };
}

/** An address that takes requests from everywhere, without a name to call it by: nobody but this machine could come in. */
export function isNameless({ host, allowedHosts }: Pick<DoorSettings, 'host' | 'allowedHosts'>): boolean {
  return everywhere.has(host) && allowedHosts.length === 0;
}

export function admit(headers: IncomingHttpHeaders, { hosts, lendsKey }: Door): Admission {
  if (headers.host?.includes('@')) return { isAdmitted: false, status: 403, message: 'Invalid Host header' };
  for (const check of [
    validateHostHeader(headers.host, [...hosts]),
    validateOriginHeader(headers.origin, [...hosts]),
  ]) {
    if (!check.ok) return { isAdmitted: false, status: 403, message: check.message };
  }
  const { authorization } = headers;
  if (authorization === undefined) {
    if (lendsKey && forwarding.every((name) => headers[name] === undefined)) {
      return { isAdmitted: true, apiKey: null };
    }
    return refused('Send your Baton API key: "Authorization: Bearer <key>".');
  }
  const [, key] = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization) ?? [];
  return key === undefined
    ? refused('The Authorization header must be "Bearer <key>", with a Baton API key.')
    : { isAdmitted: true, apiKey: key };
}

function refused(message: string): Admission {
  return { isAdmitted: false, status: 401, message };
}
