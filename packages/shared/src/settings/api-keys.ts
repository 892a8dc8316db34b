import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

export const scopes = ['submit', 'read', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface ApiKey {
  readonly tenant: string;
  /** Hex of the key's SHA-256; the key itself is nowhere. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

/** Names a key in logs and counters: the first 12 hex digits of its digest. */
export function keyIdOf({ sha256 }: Pick<ApiKey, 'sha256'>): string {
  return sha256.slice(0, 12);
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

/** Comma- or newline-separated `tenant:sha256hex[:scope+scope]`, each digest once; without scopes a key may do everything. */
export const apiKeys = z.string().transform((text, context): ApiKey[] => {
  const entries = text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('#'));
  const refuse = (message: string): void => {
    context.issues.push({ code: 'custom', input: text, message });
  };
  if (entries.length === 0) refuse(`holds no key: ${EXPECTED}`);
  const places = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const key = readEntry(entry);
    const fault = typeof key === 'string' ? key : faultOfTwin(places.get(key.sha256));
    if (typeof key === 'string' || fault !== null) {
      refuse(`entry ${index + 1}: ${fault}`);
      return [];
    }
    places.set(key.sha256, index + 1);
    return [key];
  });
});

function faultOfTwin(place: number | undefined): string | null {
  return place === undefined
    ? null
    : `is the key of entry ${place} again: each key belongs to one tenant, once`;
}

export interface KeysFile {
  readonly keys: readonly ApiKey[];
  /** Any user of the machine may read it, and try keys on its digests without asking Baton. */
  readonly isReadableByAll: boolean;
}

const READABLE_BY_ALL = 0o004;

/** The same, from the file named. */
export const apiKeysFile = z.string().transform((path, context): KeysFile => {
  try {
    const text = readFileSync(path, 'utf8');
    const isReadableByAll = (statSync(path).mode & READABLE_BY_ALL) !== 0;
    const { data, error } = apiKeys.safeParse(text);
    if (data) return { keys: data, isReadableByAll };
    for (const { message } of error.issues) context.issues.push({ code: 'custom', input: path, message });
  } catch (error) {
    const message = `can't be read: ${(error as Error).message}`;
    context.issues.push({ code: 'custom', input: path, message });
  }
  return z.NEVER;
});
