import type { TaskSpec } from '@baton/shared/ledger/goal-record';
import type { CachePays } from '@baton/shared/model/cache-worth';
import type { LlmMessage } from '@baton/shared/model/llm';
import { openingTurn } from '@baton/shared/model/opening-turn';
import type { ModelRequest } from '../define-worker.ts';
import type { PromptNotes } from './task-context.ts';

/** Of the results that may be sent back, the share that is, roughly: each is a call more that begins as the others do. */
const SENT_BACK = 0.5;

/**
 * Calls that are likely to begin as the calls of this task do.
 * @param rounds times that a result may be sent back. @param revision 0 for the first result, then 1, 2, …
 */
export function callsAlike({ alike = 1 }: TaskSpec, rounds: number, revision: number): number {
  // From the second revision on another model is asked.
  if (revision > 1) return 1;
  return rounds > 0 ? alike * (1 + SENT_BACK) : alike;
}

/** The user turn of a worker's calls: what they share with those of other tasks is set off where caching it pays. */
export function openingsOf(prompts: Pick<PromptNotes, 'shared'>, calls: number, pays: CachePays) {
  return (model: string, { system, prompt, shared }: ModelRequest): LlmMessage =>
    shared === undefined
      ? openingTurn(model, { system, user: prompt, shared: prompts.shared() }, { pays, calls })
      : // Whoever sets it off has more than one call in mind.
        openingTurn(model, { system, user: shared + prompt, shared }, { pays, calls: Math.max(calls, 2) });
}
