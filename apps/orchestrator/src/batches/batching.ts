import type { BatchFailure } from '@baton/shared/model/batch-outbox';
import type { BatchRequests, WaitingRequest } from '@baton/shared/coordination/batch-requests';
import { journalAt } from '@baton/shared/ledger/batched-calls';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { ModelError } from '@baton/shared/model/llm';
import type { BatchEndpoints, MessageBatches } from '@baton/shared/model/message-batches';
import type { CountingModelAccess } from '@baton/shared/model/model-access';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';

/** What sending and settling batches need. */
export interface Batching {
  readonly ledger: Ledger;
  readonly requests: BatchRequests;
  readonly endpoints: BatchEndpoints;
  readonly models: Pick<CountingModelAccess, 'batched'>;
  readonly metrics: Pick<Metrics, 'batchedRequests'>;
  readonly logger: Logger;
  /** This process. */
  readonly sender: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Until when each endpoint takes no batch, by that clock. */
  readonly pauses: Map<MessageBatches, number>;
}

/** A request has its name on the wire for each try: an old batch's result is not taken for a new one's. */
export function wireId({ customId, tries }: Pick<WaitingRequest, 'customId' | 'tries'>): string {
  return `${customId}-${tries}`;
}

export function customIdIn(wire: string): string {
  return wire.slice(0, wire.lastIndexOf('-'));
}

export function failureOf({ message, type, status, requestId }: ModelError): BatchFailure {
  return { message, type, status, requestId };
}

/**
 * A request leaves without an answer, and nothing was paid for it: with the failure that its caller gets, or for its caller to
 * make the call at once. What was held for it is let go of first: once it has left, its caller may hold it anew.
 */
export async function dismiss(
  { requests, ledger }: Batching,
  batchId: string | null,
  call: WaitingRequest,
  failure: BatchFailure | null,
): Promise<void> {
  await journalAt(ledger, call.location).abandon(call.key);
  await requests.finish(batchId, call, failure);
}
