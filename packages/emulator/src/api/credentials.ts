import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, invalidRequest } from './api-error.ts';

const CREDENTIALS = new Set(['authorization', 'x-api-key', 'cookie', 'proxy-authorization']);

/** Throws 401 unless the request carries a key; any key will do. */
export function requireCredentials(headers: IncomingHttpHeaders): void {
  const key = headers['x-api-key'];
  const bearer = /^Bearer\s+\S+/i.test(headers.authorization ?? '');
  if (bearer || (typeof key === 'string' && key.trim() !== '')) return;
  const message = 'No credentials: send "authorization: Bearer <key>" or "x-api-key: <key>"; any key will do';
  throw new ApiError(401, 'authentication_error', message);
}

export function requireVersion(headers: IncomingHttpHeaders): void {
  const version = headers['anthropic-version'];
  if (version === undefined) throw invalidRequest('anthropic-version: header is required');
  if (typeof version === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(version)) return;
  throw invalidRequest(
    `anthropic-version: "${String(version)}" is not a version; send a date such as 2026-10-21`,
  );
}

export function withoutCredentials(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (CREDENTIALS.has(name) || value === undefined) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}
