import { createHash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical-json.ts';
import type { LlmRequest } from './llm.ts';

/** SHA-256, in hex, of everything that decides the reply; the order of keys doesn't matter. */
export function requestHash(request: LlmRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}
