import { decideRetry } from '@baton/plan/retry';
import { cancelledError } from './classify-error.ts';
import { LaterError, ModelError, type Llm, type ModelFailure } from './llm.ts';
import { MODEL_UNAVAILABLE } from './model-unavailable.ts';

export interface RetryInfo {
  readonly model: string;
  /** Calls made so far, the failed one included. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly error: ModelError;
}

export interface RetryOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Rejects with a `cancelled` {@link ModelError} when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called before each wait. */
  readonly onRetry: (info: RetryInfo) => void;
}

/** The wait is too long to sit out with a job's lock held: give the job back to its queue for `delayMs`. */
export class RetryLaterError extends LaterError {
  override readonly name = 'RetryLaterError';
  override readonly cause: ModelError;

  constructor(delayMs: number, cause: ModelError) {
    super(`The model can be asked again in ${Math.ceil(delayMs / 1_000)} s: ${cause.message}`, delayMs);
    this.cause = cause;
  }
}

/** Makes the same call again while `decideRetry` says so; rejects with the last {@link ModelError} or a {@link RetryLaterError}. */
export function withRetries(llm: Llm, { random, sleep, onRetry }: RetryOptions): Llm {
  return {
    async call(request, options) {
      let unsent = 0;
      // Of the endpoint's answers to this call alone: once there are any, it is not put off for others' failures and counted anew.
      let own = 0;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await llm.call(request, options);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          const { failure } = error;
          if (error.type === MODEL_UNAVAILABLE) unsent += 1;
          else if (failure.kind === 'retryable' && failure.isOutage !== true) own += 1;
          const decision = decideRetry(
            { attempt, unsent, error: own > 0 ? ownFailure(failure) : failure },
            random,
          );
          if (decision.kind === 'giveUp') throw error;
          if (decision.kind === 'later') throw new RetryLaterError(decision.ms, error);
          onRetry({ model: request.model, attempt, waitMs: decision.ms, error });
          await sleep(decision.ms, options.signal);
          if (options.mayRetry && !(await options.mayRetry()))
            throw cancelledError({ requestId: null }, error);
        }
      }
    },
  };
}

function ownFailure(failure: ModelFailure): ModelFailure {
  return failure.kind === 'retryable' ? { ...failure, isOutage: false } : failure;
}
