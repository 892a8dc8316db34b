import { createHash } from 'node:crypto';
import { scopes, type ApiKey, type Scope } from '@baton/shared/settings/api-keys';

export function apiKey(tenant: string, key: string, held: readonly Scope[] = scopes): ApiKey {
  return { tenant, sha256: createHash('sha256').update(key).digest('hex'), scopes: held };
}

export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}
