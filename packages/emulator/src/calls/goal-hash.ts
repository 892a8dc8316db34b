import { createHash } from 'node:crypto';

/** Names a goal in the counters: the short hash of its trimmed text. */
export function goalHash(goal: string): string {
  return shortHash(goal.trim());
}

/** Twelve hex digits of the SHA-256. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
