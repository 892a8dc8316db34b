import { failpoint } from '@baton/shared/failpoints/failpoint';
import type { OpenBatch, WaitingRequest } from '@baton/shared/coordination/batch-requests';
import { countRepeatedCall, journalAt } from '@baton/shared/ledger/batched-calls';
import type { BatchFailure } from '@baton/shared/model/batch-outbox';
import { ModelError, type LlmRequest, type LlmResponse } from '@baton/shared/model/llm';
import type { BatchEnd, MessageBatches } from '@baton/shared/model/message-batches';
import { customIdIn, dismiss, failureOf, type Batching } from './batching.ts';

/** Batches that may come back without an answer before a request is given up. */
const MOST_TRIES = 3;

const unanswered: BatchFailure = {
  type: 'batch_unanswered',
  message: `The request came back without an answer from ${MOST_TRIES} batches, the last time unread or expired.`,
  status: null,
  requestId: null,
};

async function tryAgain(
  batching: Batching,
  batch: OpenBatch,
  call: WaitingRequest,
  failure: BatchFailure,
): Promise<void> {
  const isLast = call.tries + 1 >= MOST_TRIES;
  batching.metrics.batchedRequests.inc({ outcome: isLast ? 'failed' : 'returned' });
  if (isLast) await dismiss(batching, batch.id, call, failure);
  else await batching.requests.giveBack(batch.id, call.customId);
}

/** The same for a request whose answer may have been paid for. */
async function repeat(batching: Batching, batch: OpenBatch, call: WaitingRequest): Promise<void> {
  await countRepeatedCall(batching.ledger, call.location);
  await tryAgain(batching, batch, call, unanswered);
}

/** Null when it can't be read. */
function answerIn(how: BatchEnd, request: LlmRequest): LlmResponse | null {
  try {
    return how.kind === 'answered' ? how.answer(request) : null;
  } catch {
    return null;
  }
}

async function end(batching: Batching, batch: OpenBatch, call: WaitingRequest, how: BatchEnd): Promise<void> {
  const { ledger, models, requests, metrics } = batching;
  const response = answerIn(how, call.request);
  if (response !== null) {
    const money = models.batched(call.request, response);
    await journalAt(ledger, call.location).record(call.key, { response, ...money });
    failpoint('batch.delivered');
    await requests.finish(batch.id, call, null);
    metrics.batchedRequests.inc({ outcome: 'answered' });
  } else if (how.kind === 'failed' && how.error.failure.kind === 'terminal') {
    await dismiss(batching, batch.id, call, failureOf(how.error));
    metrics.batchedRequests.inc({ outcome: 'failed' });
  } else if (how.kind === 'failed') await tryAgain(batching, batch, call, failureOf(how.error));
  else if (how.kind === 'untried') await tryAgain(batching, batch, call, unanswered);
  else await repeat(batching, batch, call);
}

/** Delivers each result of a batch that has ended; may be broken off and begun again at any point. */
async function deliver(
  batching: Batching,
  batch: OpenBatch,
  { endpoint, sentAs }: { readonly endpoint: MessageBatches; readonly sentAs: string },
  signal: AbortSignal,
): Promise<void> {
  const { requests, logger } = batching;
  const missing = new Set(await requests.stillIn(batch));
  for await (const { customId: wire, end: how } of endpoint.results(sentAs, signal)) {
    const customId = customIdIn(wire);
    if (!missing.delete(customId)) continue;
    const [call] = await requests.read([customId]);
    if (call) await end(batching, batch, call, how);
  }
  for (const call of await requests.read([...missing])) await repeat(batching, batch, call);
  await requests.release(batch);
  logger.info({ batch: sentAs, requests: batch.customIds.length }, 'batch delivered');
}

/** What was in it waits again, though it may have been paid for. */
async function giveUp(batching: Batching, batch: OpenBatch): Promise<void> {
  const { requests, logger } = batching;
  logger.warn(
    { batch: batch.sentAs, requests: batch.customIds.length },
    'batch lost: its requests are sent again',
  );
  for (const call of await requests.read(await requests.stillIn(batch))) await repeat(batching, batch, call);
  await requests.release(batch);
}

/** The sender of a batch that nobody knows to have been sent has ended the attempt, or is dead, after so long, in ms. */
export interface Doubt {
  /** One's own attempts have ended; the endpoint's list may be a little behind. */
  readonly own: number;
  /** Another process's attempt may be under way for all its time. */
  readonly others: number;
}

/** An endpoint ends a batch within a day, and keeps its results for 29 days, in ms. */
const KEPT_FOR = 29 * 86_400_000;
/** ms by which the clocks of Baton and the endpoint may differ. */
const CLOCK_SKEW = 600_000;
/** Statuses of an endpoint that lists no batches. */
const unlisted: ReadonlySet<number | null> = new Set([404, 405, 501]);

type Found =
  | { readonly kind: 'found'; readonly id: string }
  /** Not ended yet, and may be the one. */
  | { readonly kind: 'perhaps' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknowable' };

/** Looks for a batch of which only what was in it is known. */
async function search(
  batch: OpenBatch,
  endpoint: MessageBatches,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const all = await endpoint.since(batch.claimedAt - CLOCK_SKEW, signal);
    const alike = all.filter(({ id, requests }) => !known.has(id) && requests === batch.customIds.length);
    for (const { id, isEnded } of alike) {
      if (isEnded && (await holds(endpoint, id, batch, signal))) return { kind: 'found', id };
    }
    return { kind: alike.some(({ isEnded }) => !isEnded) ? 'perhaps' : 'none' };
  } catch (error) {
    if (error instanceof ModelError && unlisted.has(error.status)) return { kind: 'unknowable' };
    throw error;
  }
}

/** Any one result tells whose batch it is. */
async function holds(
  endpoint: MessageBatches,
  id: string,
  batch: OpenBatch,
  signal: AbortSignal,
): Promise<boolean> {
  const own = new Set(batch.wireIds);
  for await (const { customId } of endpoint.results(id, signal)) return own.has(customId);
  return false;
}

/** Looks after one batch. */
export async function settleBatch(
  batching: Batching,
  batch: OpenBatch,
  known: ReadonlySet<string>,
  doubt: Doubt,
  signal: AbortSignal,
): Promise<void> {
  const { requests, logger, sender, now } = batching;
  const endpoint = batching.endpoints(batch.model);
  if (endpoint === null || now() - batch.claimedAt > KEPT_FOR) return giveUp(batching, batch);
  if (batch.sentAs !== null) {
    const state = await endpoint.find(batch.sentAs, signal);
    if (state === null) return giveUp(batching, batch);
    if (state.isEnded) await deliver(batching, batch, { endpoint, sentAs: batch.sentAs }, signal);
    return;
  }
  if (now() - batch.claimedAt < (batch.sender === sender ? doubt.own : doubt.others)) return;
  const found = await search(batch, endpoint, known, signal);
  if (found.kind === 'found') {
    logger.info({ batch: found.id }, 'a batch that was sent by a process that died is found');
    await requests.note({ ...batch, sentAs: found.id });
  } else if (found.kind === 'none') {
    logger.info({ requests: batch.customIds.length }, 'a batch was never taken: its requests wait again');
    await requests.release(batch);
  } else if (found.kind === 'unknowable') await giveUp(batching, batch);
}
