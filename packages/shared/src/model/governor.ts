/**
 * Calls to a model pass as its endpoint's limits allow, whichever process makes them.
 *
 * 1. No request goes out that was not admitted, and every admission is settled once, whatever became of the request.
 * 2. What a request was reckoned to use is given back in full when the endpoint did not take it, and never when it may have.
 * 3. A call that had to wait asks its caller again whether it may go: a process that stood still may have been replaced.
 * 4. What the endpoint tells of its limits is passed on as it comes, also with a refusal.
 */

import { tokensIn } from '@baton/plan/context-window';
import { cancelledError } from './classify-error.ts';
import type { CallPurpose } from './call-purpose.ts';
import { callEndOf, isOutage, type CallEnd } from './call-end.ts';
import { ModelError, type Llm, type LlmRequest, type RateLimits } from './llm.ts';
import { tellWait } from './traced-llm.ts';

export interface PlannedCall {
  readonly model: string;
  /** Tokens of the prompt, as they are estimated; those from a cache count. */
  readonly inputTokens: number;
  /** Tokens of the answer at the most. */
  readonly mostOutputTokens: number;
  /** Of calls that wait, those with less go first. */
  readonly urgency: number;
  /** The job that makes it, whose place is kept while it is sent away; null when it has none. */
  readonly job: string | null;
  /** The same call has failed before: another one is to try whether the endpoint works again. */
  readonly hasFailed: boolean;
}

/** The right to send one request. */
export interface Admission {
  readonly waitedMs: number;
  /** By the clock that all share, in ms. */
  readonly grantedAt: number;
  /** Told to all processes, without delay where it matters. */
  learn(limits: RateLimits): void;
  /** Never rejects. @returns whether the endpoint has answered nobody since the call's first failure. */
  settle(end: CallEnd): Promise<{ readonly isDown: boolean }>;
}

export interface Governor {
  /**
   * Resolves when the request may go out. Rejects with a `cancelled` {@link ModelError} when `signal` is aborted, with one of type
   * `model_unavailable` while the endpoint is out of order, or `spend_limit_reached` while its account is spent, and with a
   * `LaterError` when the wait is too long for a job that holds its slot.
   */
  admit(call: PlannedCall, signal: AbortSignal): Promise<Admission>;
}

const freeAdmission: Admission = Object.freeze({
  waitedMs: 0,
  grantedAt: 0,
  learn: () => undefined,
  settle: async () => ({ isDown: false }),
});

/** For a process that shares its models with nobody: every call passes. */
export const freeGovernor: Governor = Object.freeze({ admit: async () => freeAdmission });

/** A wait after which somebody may have taken the job over, in ms. */
const LONG_WAIT = 1_000;

/** Of one call in this process. */
interface Tries {
  failures: number;
  /** When the first was let go. */
  readonly since: number;
}

export function withGovernor(llm: Llm, governor: Governor, purpose: CallPurpose): Llm {
  const triesOf = new WeakMap<LlmRequest, Tries>();
  const job = purpose.job === null ? null : `${purpose.job.queue}/${purpose.job.id}`;
  return {
    async call(request, options) {
      const planned: PlannedCall = {
        model: request.model,
        inputTokens: promptTokens(request),
        mostOutputTokens: request.maxTokens,
        urgency: purpose.urgency,
        job,
        hasFailed: triesOf.has(request),
      };
      const admission = await governor.admit(planned, options.signal);
      tellWait('limit', request.model, admission.waitedMs);
      const tries = triesOf.get(request) ?? { failures: 0, since: admission.grantedAt };
      let isLost = false;
      try {
        if (admission.waitedMs > LONG_WAIT && options.mayRetry && !(await options.mayRetry()))
          throw cancelledError({ requestId: null });
        if (options.signal.aborted) throw cancelledError({ requestId: null });
      } catch (error) {
        await admission.settle({ kind: 'unsent' });
        throw error;
      }
      try {
        const response = await llm.call(request, {
          ...options,
          onLost: () => {
            isLost = true;
            options.onLost?.();
          },
          onLimits: (limits) => {
            admission.learn(limits);
            options.onLimits?.(limits);
          },
        });
        void admission.settle({ kind: 'answered', usage: response.usage });
        return response;
      } catch (error) {
        tries.failures += 1;
        triesOf.set(request, tries);
        const end = callEndOf(error, { ...tries, isLost });
        const { isDown } = await admission.settle(end);
        throw isOutage(end, isDown) && error instanceof ModelError ? asOutage(error) : error;
      }
    },
  };
}

/** The same error, told to be nobody's own. */
function asOutage(error: ModelError): ModelError {
  const { failure, type, status, requestId, message, cause } = error;
  if (failure.kind !== 'retryable') return error;
  return new ModelError(message, {
    failure: { ...failure, isOutage: true },
    type,
    status,
    requestId,
    cause,
  });
}

function promptTokens({ system, messages, tools = [] }: LlmRequest): number {
  const parts = messages.map(
    ({ text, shared = '', blocks }) =>
      tokensIn(shared) + tokensIn(blocks === undefined ? text : JSON.stringify(blocks)),
  );
  return parts.reduce(
    (sum, tokens) => sum + tokens,
    tokensIn(system) + (tools.length > 0 ? tokensIn(JSON.stringify(tools)) : 0),
  );
}
