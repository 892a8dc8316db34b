/**
 * Calls that can wait go to an outbox, for a batcher to send.
 *
 * 1. A request is begun in the journal before it is in the outbox, and stays begun until its answer is recorded: what it may
 *    spend is held for it.
 * 2. It is in the outbox once, whoever asks for it and however often; a rerun that asks for it again only says which job to wake.
 * 3. An answer reaches its caller by the journal alone.
 */
import { createHash } from 'node:crypto';
import { uncached } from './cached-prompts.ts';
import type { CallPurpose } from './call-purpose.ts';
import type { Journal, JournalKey, JournalLocation, StepCaller } from './journaled-llm.ts';
import { ModelError, type Llm, type LlmRequest } from './llm.ts';
import { ParkedCall } from './parked-call.ts';
import { requestHash } from './request-hash.ts';

/** A request that waits for a batch, and where its answer goes. JSON. */
export interface BatchedCall {
  /** 56 hex digits: the same for the same entry of the same journal. */
  readonly customId: string;
  readonly request: LlmRequest;
  readonly key: JournalKey;
  readonly location: JournalLocation;
  readonly kind: string;
}

/** Why a batched request has no answer and will get none. JSON. */
export interface BatchFailure {
  readonly message: string;
  readonly type: string;
  readonly status: number | null;
  readonly requestId: string | null;
}

export type BatchAsked =
  /** It is not in the outbox: it was answered, or never put there. */
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly failure: BatchFailure }
  /** The endpoint of its model is known to take no batches. */
  | { readonly kind: 'unsupported' };

type WakingJob = NonNullable<CallPurpose['job']>;

/** Requests that wait for a batch. */
export interface BatchOutbox {
  /** @param job to be woken when the request ends. */
  ask(call: BatchedCall, job: WakingJob): Promise<BatchAsked>;
  put(call: BatchedCall, job: WakingJob): Promise<void>;
}

/** Where no batches are sent: every call is made at once. */
export const noBatches: BatchOutbox = Object.freeze({
  ask: () => Promise.resolve({ kind: 'unsupported' } as const),
  put: () => Promise.reject(new Error('There is no outbox for batches.')),
});

export interface CallWays {
  /** At once. */
  readonly normal: StepCaller;
  /** Under the same journal, by another model. */
  readonly through: (llm: Llm) => StepCaller;
}

/** Puts calls that can wait into batches; null for those that are to be made at once. */
export function batchCaller(
  outbox: BatchOutbox,
  journal: Journal,
  purpose: CallPurpose,
  { normal, through }: CallWays,
): StepCaller | null {
  const { job, kind, latency } = purpose;
  const { locate } = journal;
  if (latency !== 'relaxed' || job === null || locate === undefined) return null;
  return {
    async call(request, options) {
      const key = { step: options.step, attempt: options.attempt, requestHash: requestHash(request) };
      const location = locate(key);
      // What a batch writes to a cache has mostly gone by the time that another of its calls could read it.
      const call: BatchedCall = {
        customId: customIdOf(location),
        request: uncached(request),
        key,
        location,
        kind,
      };
      const asked = await outbox.ask(call, job);
      if (asked.kind === 'unsupported') return normal.call(request, options);
      if (asked.kind === 'failed') throw failureOf(asked.failure);
      if (asked.kind === 'waiting') throw new ParkedCall();
      const park: Llm = {
        async call() {
          await outbox.put(call, job);
          throw new ParkedCall();
        },
      };
      return through(park).call(request, options);
    },
  };
}

function customIdOf({ goalId, entry }: JournalLocation): string {
  return createHash('sha256').update(`${goalId}/${entry}`).digest('hex').slice(0, 56);
}

function failureOf({ message, type, status, requestId }: BatchFailure): ModelError {
  return new ModelError(message, { failure: { kind: 'terminal' }, type, status, requestId });
}
