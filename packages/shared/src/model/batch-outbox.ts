import type { CallPurpose } from './call-purpose.ts';
import type { Journal, StepCaller } from './journaled-llm.ts';

/** Requests that wait for a batch. */
export interface BatchOutbox {
  readonly kind: 'batch-outbox';
}

/** Takes no request. */
export const noBatches: BatchOutbox = { kind: 'batch-outbox' };

/** Puts calls that can wait into batches; null for those that are to be made at once. */
export function batchCaller(
  _outbox: BatchOutbox,
  _journal: Journal,
  _purpose: CallPurpose,
): StepCaller | null {
  return null;
}
