import { createHash } from 'node:crypto';
import type { LlmRequest } from './llm.ts';

/** SHA-256, in hex, of everything that decides the reply; the order of keys doesn't matter. */
export function requestHash(request: LlmRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) =>
    isPlainObject(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
