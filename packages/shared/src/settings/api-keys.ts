import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const scopes = ['submit', 'read', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface ApiKey {
  readonly tenant: string;
  /** Hex of the key's SHA-256; the key itself is nowhere. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

const ENTRY = /^([A-Za-z0-9_-]{1,64}):([0-9a-f]{64})(?::([a-z+]+))?$/;
const EXPECTED = 'expected tenant:sha256hex or tenant:sha256hex:scope+scope';

function isScope(name: string): name is Scope {
  return (scopes as readonly string[]).includes(name);
}

/** Comma- or newline-separated `tenant:sha256hex[:scope+scope]`; without scopes a key may do everything. */
export const apiKeys = z.string().transform((text, context): ApiKey[] => {
  const entries = text.split(/[\n,]/).map((entry) => entry.trim());
  return entries.flatMap((entry, index) => {
    if (entry === '' || entry.startsWith('#')) return [];
    const [, tenant, sha256, scopeList] = ENTRY.exec(entry) ?? [];
    const named = scopeList?.split('+') ?? scopes;
    const unknown = named.filter((scope) => !isScope(scope));
    const problem =
      tenant === undefined ? EXPECTED : unknown.length > 0 ? `unknown scope ${unknown.join(', ')}` : null;
    if (problem !== null || tenant === undefined || sha256 === undefined) {
      context.issues.push({
        code: 'custom',
        input: text,
        message: `entry ${index + 1}: ${problem ?? EXPECTED}`,
      });
      return [];
    }
    return [{ tenant, sha256, scopes: named.filter(isScope) }];
  });
});

/** The same, from the file named. */
export const apiKeysFile = z
  .string()
  .transform((path, context) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      context.issues.push({
        code: 'custom',
        input: path,
        message: `can't be read: ${(error as Error).message}`,
      });
      return z.NEVER;
    }
  })
  .pipe(apiKeys);
