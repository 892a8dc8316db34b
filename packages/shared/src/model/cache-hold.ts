/**
 * Calls that begin alike are held until the first of them has written the endpoint's cache.
 *
 * 1. A call with nothing shared, and every call once the cache is known to be written, goes at once.
 * 2. A call is held no longer than `holdOf` says; then it goes all the same, and pays for the beginning.
 * 3. When the first fails before its answer has begun, the next one that is held goes first.
 * 4. Who can't be asked holds nobody: without Redis every call goes.
 */

import { createHash } from 'node:crypto';
import { tokensIn } from '@baton/plan/context-window';
import { canonicalJson } from '../contract/canonical-json.ts';
import { awaitTurn } from './await-turn.ts';
import type { Claim, FirstOfKind } from './first-of-kind.ts';
import { ModelError, type Llm, type LlmCallOptions, type LlmRequest, type LlmResponse } from './llm.ts';

/** The endpoint forgets what nobody has read for 5 minutes. */
const REMEMBERED_MS = 4 * 60_000;
const SHORTEST_HOLD = 5_000;
const LONGEST_HOLD = 20_000;
const HELD_TOKENS_PER_MS = 10;

/** Holds calls with a shared beginning until the first of them has written the endpoint's cache. */
export function withCacheHold(llm: Llm, firsts: FirstOfKind): Llm {
  return {
    async call(request, options) {
      const beginning = beginningOf(request);
      const claim = beginning === null ? null : await turnOf(beginning, firsts, options.signal);
      return claim === null ? llm.call(request, options) : callFirst(llm, request, options, claim);
    },
  };
}

interface Beginning {
  readonly digest: string;
  /** Tokens, estimated. */
  readonly tokens: number;
}

/** What the endpoint caches of a request: whatever of it comes before the end of what is shared. */
function beginningOf({ model, system, messages, tools, jsonSchema }: LlmRequest): Beginning | null {
  const shared = messages[0]?.shared;
  if (shared === undefined) return null;
  const content = canonicalJson({ model, tools: tools ?? [], jsonSchema, system, shared });
  return {
    digest: createHash('sha256').update(`cached beginning ${content}`).digest('hex'),
    tokens: tokensIn(system) + tokensIn(shared),
  };
}

/** ms. The longer the beginning, the longer its first answer takes to begin. */
export function holdOf(tokens: number): number {
  return Math.round(Math.min(SHORTEST_HOLD + tokens / HELD_TOKENS_PER_MS, LONGEST_HOLD));
}

/** A claim for the call that is to write the cache, null for one that may go. */
async function turnOf(
  { digest, tokens }: Beginning,
  firsts: FirstOfKind,
  signal: AbortSignal,
): Promise<Claim | null> {
  const mostMs = holdOf(tokens);
  try {
    const terms = { leaseMs: mostMs, rememberMs: REMEMBERED_MS, mostMs, signal };
    const standing = await awaitTurn(firsts, digest, terms);
    return standing.kind === 'first' ? standing.claim : null;
  } catch (error) {
    if (error instanceof ModelError) throw error;
    return null;
  }
}

async function callFirst(
  llm: Llm,
  request: LlmRequest,
  options: LlmCallOptions,
  claim: Claim,
): Promise<LlmResponse> {
  let isWritten = false;
  const written = (): void => {
    if (isWritten) return;
    isWritten = true;
    claim.done('', REMEMBERED_MS).catch(() => undefined);
  };
  try {
    const response = await llm.call(request, {
      ...options,
      onBegun: () => {
        written();
        options.onBegun?.();
      },
    });
    written();
    return response;
  } finally {
    if (!isWritten) claim.giveUp().catch(() => undefined);
  }
}
