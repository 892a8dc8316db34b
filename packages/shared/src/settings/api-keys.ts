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

/** The key, or what is wrong with the entry. */
function readEntry(entry: string): ApiKey | string {
  const [, tenant, sha256, scopeList] = ENTRY.exec(entry) ?? [];
  if (tenant === undefined || sha256 === undefined) return EXPECTED;
  const named = scopeList?.split('+') ?? scopes;
  const unknown = named.filter((scope) => !isScope(scope));
  if (unknown.length > 0) return `unknown scope ${unknown.join(', ')}; there are ${scopes.join(', ')}`;
  return { tenant, sha256, scopes: named.filter(isScope) };
}

/** Comma- or newline-separated `tenant:sha256hex[:scope+scope]`; without scopes a key may do everything. */
export const apiKeys = z.string().transform((text, context): ApiKey[] => {
  const entries = text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('#'));
  const refuse = (message: string): void => {
    context.issues.push({ code: 'custom', input: text, message });
  };
  if (entries.length === 0) refuse(`holds no key: ${EXPECTED}`);
  return entries.flatMap((entry, index) => {
    const key = readEntry(entry);
    if (typeof key !== 'string') return [key];
    refuse(`entry ${index + 1}: ${key}`);
    return [];
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
