/**
 * Calls that are the same as one under way for the same tenant take that one's answer.
 *
 * 1. Of calls that are the same, one at a time is made; it is known by a lease that it renews while it works.
 * 2. An answer that was given is lent for `LENT_MS`, and paid for once: whoever borrows it says so.
 * 3. A job that died between its answer and its journal finds the answer here, and owns up to having paid for it.
 * 4. A failure is nobody else's: when the call fails, or its process dies, the next one makes it.
 * 5. Nobody waits here for longer than `LONGEST_WAIT`: its job goes back to its queue, and asks again.
 * 6. When nobody can be asked, each call is made for itself.
 */

import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '../contract/canonical-json.ts';
import { awaitTurn } from './await-turn.ts';
import type { CallPurpose } from './call-purpose.ts';
import type { Claim, FirstOfKind, Standing } from './first-of-kind.ts';
import {
  LaterError,
  ModelError,
  type Llm,
  type LlmCallOptions,
  type LlmRequest,
  type LlmResponse,
} from './llm.ts';
import { requestHash } from './request-hash.ts';

const LEASE = 10_000;
const RENEWED_EVERY = 3_000;
const LENT_MS = 60_000;
const LONGEST_WAIT = 20_000;
/** Well within the time for which an answer is lent. */
const ASKED_AGAIN_IN = 5_000;

/** Who has paid: a job, and one of its runs. */
interface Payer {
  readonly job: string | null;
  readonly run: string;
}

interface Lent {
  readonly payer: Payer;
  readonly response: LlmResponse;
}

export interface SharingTimes {
  /** ms that a call waits for the same one's answer. */
  readonly longestWait?: number;
}

/** Rejects also with a `LaterError`, when the same call takes long elsewhere. */
export function withSharedCalls(
  llm: Llm,
  firsts: FirstOfKind,
  { singleFlight, tenant, kind, job }: CallPurpose,
  { longestWait = LONGEST_WAIT }: SharingTimes = {},
): Llm {
  if (!singleFlight) return llm;
  const payer: Payer = { job: job === null ? null : `${job.queue} ${job.id}`, run: randomUUID() };
  return {
    async call(request, options) {
      const what = digestOf(tenant, kind, request);
      const standing = await standingOf(firsts, what, longestWait, options.signal);
      if (standing === null) return llm.call(request, options);
      if (standing.kind === 'first') return callAndLend(llm, request, options, standing.claim, payer);
      if (standing.kind === 'done') return borrowed(JSON.parse(standing.value) as Lent, payer, options);
      throw new LaterError(
        'The same call is under way for another task: its answer is waited for',
        ASKED_AGAIN_IN,
      );
    },
  };
}

function digestOf(tenant: string, kind: string, request: LlmRequest): string {
  const content = canonicalJson({ tenant, kind, request: requestHash(request) });
  return createHash('sha256').update(`shared call ${content}`).digest('hex');
}

/** Null when nobody can be asked. */
async function standingOf(
  firsts: FirstOfKind,
  what: string,
  mostMs: number,
  signal: AbortSignal,
): Promise<Standing | null> {
  try {
    return await awaitTurn(firsts, what, { leaseMs: LEASE, mostMs, signal });
  } catch (error) {
    if (error instanceof ModelError) throw error;
    return null;
  }
}

async function callAndLend(
  llm: Llm,
  request: LlmRequest,
  options: LlmCallOptions,
  claim: Claim,
  payer: Payer,
): Promise<LlmResponse> {
  const renewal = setInterval(() => void claim.renew().catch(() => undefined), RENEWED_EVERY);
  try {
    const response = await llm.call(request, options);
    const lent: Lent = { payer, response };
    await claim.done(JSON.stringify(lent), LENT_MS).catch(() => undefined);
    return response;
  } catch (error) {
    claim.giveUp().catch(() => undefined);
    throw error;
  } finally {
    clearInterval(renewal);
  }
}

function borrowed({ payer, response }: Lent, self: Payer, { onBegun, onText }: LlmCallOptions): LlmResponse {
  onBegun?.();
  onText?.(response.text);
  const isOwn = payer.job !== null && payer.job === self.job && payer.run !== self.run;
  return isOwn ? response : { ...response, borrowed: true };
}
