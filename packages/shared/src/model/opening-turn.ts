import { tokensIn } from '@baton/plan/context-window';
import type { Prompt } from '@baton/plan/prompts/fence';
import type { CachePays } from './cache-worth.ts';
import type { LlmMessage } from './llm.ts';

export interface Opening extends Prompt {
  /** How `user` begins in several calls with the same `system`, or null when it is this call's alone. */
  readonly shared: string | null;
}

export interface Caching {
  readonly pays: CachePays;
  /** Calls that are likely to begin so within minutes. */
  readonly calls: number;
}

/** The user turn that opens a conversation, its beginning set off where it pays to have the endpoint cache it. */
export function openingTurn(model: string, { system, user, shared }: Opening, caching: Caching): LlmMessage {
  const whole = { role: 'user', text: user } as const;
  if (shared === null || !user.startsWith(shared)) return whole;
  const tokens = tokensIn(system) + tokensIn(shared);
  if (!caching.pays({ model, tokens, calls: caching.calls })) return whole;
  return { role: 'user', shared, text: user.slice(shared.length) };
}
