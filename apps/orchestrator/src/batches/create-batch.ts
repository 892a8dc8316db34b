import { randomUUID } from 'node:crypto';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import type { OpenBatch, WaitingRequest } from '@baton/shared/coordination/batch-requests';
import { countRepeatedCall } from '@baton/shared/ledger/batched-calls';
import type { ModelError } from '@baton/shared/model/llm';
import type { MessageBatches } from '@baton/shared/model/message-batches';
import { dismiss, failureOf, wireId, type Batching } from './batching.ts';

/** A batch is taken within this time, in ms, or nobody knows whether it was. */
export const CREATION_TIME = 30_000;
/** A process that has stood still for so long, in ms, may have been replaced: it sends nothing. */
const MOST_STANDSTILL = 5_000;
/** An endpoint that takes no batch now is left alone for this time at least, in ms. */
const SHORTEST_PAUSE = 1_000;

/** Calls of models without batches are made at once. */
export async function turnAway(
  batching: Batching,
  batchId: string | null,
  calls: readonly WaitingRequest[],
): Promise<void> {
  const models = new Set(calls.map(({ request }) => request.model));
  await batching.requests.markUnsupported(models);
  for (const model of models) {
    batching.logger.warn(
      { model },
      'the endpoint takes no batches: calls that could wait for one are made at once, at the full price',
    );
  }
  for (const call of calls) await dismiss(batching, batchId, call, null);
}

/** A batch that is being sent. */
interface Sending {
  readonly batching: Batching;
  readonly endpoint: MessageBatches;
  readonly batch: OpenBatch;
  readonly calls: readonly WaitingRequest[];
}

/** False when this process has been replaced meanwhile. */
async function noteCreated({ batching, endpoint, batch, calls }: Sending, id: string): Promise<boolean> {
  const { requests, ledger, logger } = batching;
  const isMine = await requests.note({ ...batch, sentAs: id });
  failpoint('batch.submitted');
  logger.info({ batch: id, requests: calls.length }, 'batch sent');
  if (isMine) return true;
  // Its requests are sent again.
  for (const { location } of calls) await countRepeatedCall(ledger, location);
  await endpoint.cancel(id, AbortSignal.timeout(CREATION_TIME));
  return false;
}

/** Nothing was created: the calls fail, or wait for the endpoint to take batches again. */
async function notTaken({ batching, endpoint, batch, calls }: Sending, error: ModelError): Promise<void> {
  const { requests, logger, now, pauses } = batching;
  logger.warn({ err: error, requests: calls.length }, 'batch not taken');
  if (error.failure.kind === 'retryable') {
    pauses.set(endpoint, now() + Math.max(error.failure.retryAfterMs ?? 0, SHORTEST_PAUSE));
  } else {
    for (const call of calls) await dismiss(batching, batch.id, call, failureOf(error));
  }
  await requests.release(batch);
}

/** The endpoint refuses the batch as it is: its halves are sent, or the only call fails. */
async function sendHalves(
  { batching, endpoint, batch, calls }: Sending,
  error: ModelError,
  stopped: AbortSignal,
): Promise<boolean> {
  const [only] = calls;
  if (only && calls.length === 1) await dismiss(batching, batch.id, only, failureOf(error));
  await batching.requests.release(batch);
  if (calls.length === 1) return true;
  const middle = Math.ceil(calls.length / 2);
  const goesOn = await createBatch(batching, endpoint, calls.slice(0, middle), stopped);
  return goesOn && createBatch(batching, endpoint, calls.slice(middle), stopped);
}

/** Null when another process has taken some of them, or may have been told to send: this one is not to. */
async function claim(
  batching: Batching,
  endpoint: MessageBatches,
  calls: readonly WaitingRequest[],
): Promise<Sending | null> {
  const { requests, sender, now } = batching;
  const batch: OpenBatch = {
    id: randomUUID(),
    model: calls[0]?.request.model ?? '',
    sender,
    claimedAt: now(),
    sentAs: null,
    customIds: calls.map(({ customId }) => customId),
    wireIds: calls.map(wireId),
  };
  const claimed = await requests.claim(batch);
  failpoint('batch.claimed');
  // It must be of the size that is written down: it is looked for by that.
  const isWhole = claimed.length === calls.length;
  if (isWhole && now() - batch.claimedAt <= MOST_STANDSTILL) return { batching, endpoint, batch, calls };
  if (claimed.length > 0) await requests.release(batch);
  return null;
}

/**
 * Sends one batch of requests that are all for this endpoint; of one that the endpoint refuses, its halves.
 * @returns false when another process seems to send, too: this one is to stop for now.
 */
export async function createBatch(
  batching: Batching,
  endpoint: MessageBatches,
  calls: readonly WaitingRequest[],
  stopped: AbortSignal,
): Promise<boolean> {
  const sending = await claim(batching, endpoint, calls);
  if (sending === null) return false;
  const items = sending.calls.map((call) => ({ customId: wireId(call), request: call.request }));
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(CREATION_TIME)]);
  const creation = await endpoint.create(items, signal);
  failpoint('batch.created');
  const { batch } = sending;
  if (creation.kind === 'created') return noteCreated(sending, creation.id);
  if (creation.kind === 'refused') return sendHalves(sending, creation.error, stopped);
  if (creation.kind === 'failed') await notTaken(sending, creation.error);
  else if (creation.kind === 'unsupported') {
    await turnAway(batching, batch.id, sending.calls);
    await batching.requests.release(batch);
  } else {
    const facts = { err: creation.error, requests: items.length };
    batching.logger.warn(facts, 'batch in doubt: it may have been taken');
    await batching.requests.note({ ...batch, claimedAt: batching.now() });
  }
  return true;
}
