import { createHash } from 'node:crypto';

/** Names a goal in the counters: twelve hex digits of the SHA-256 of its trimmed text. */
export function goalHash(goal: string): string {
  return createHash('sha256').update(goal.trim()).digest('hex').slice(0, 12);
}
