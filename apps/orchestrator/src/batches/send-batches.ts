import type { WaitingRequest } from '@baton/shared/coordination/batch-requests';
import { isWanted } from '@baton/shared/ledger/batched-calls';
import { dismiss, type Batching } from './batching.ts';
import { createBatch, turnAway } from './create-batch.ts';

const MOST_REQUESTS = 10_000;
const MOST_CHARACTERS = 20_000_000;
const PAGE = 100;

/** What waits, the oldest first, as much as goes into one batch; what nobody waits for any more is dropped. */
async function collect(batching: Batching): Promise<WaitingRequest[]> {
  const { requests, ledger } = batching;
  const customIds = await requests.pending(MOST_REQUESTS);
  const collected: WaitingRequest[] = [];
  let characters = 0;
  for (let at = 0; at < customIds.length && characters < MOST_CHARACTERS; at += PAGE) {
    const page = await requests.read(customIds.slice(at, at + PAGE));
    const wanted = await Promise.all(page.map(({ location }) => isWanted(ledger, location)));
    for (const [index, call] of page.entries()) {
      if (wanted[index] !== true) await dismiss(batching, null, call, null);
      else if (characters < MOST_CHARACTERS) {
        characters += JSON.stringify(call.request).length;
        collected.push(call);
      }
    }
  }
  return collected;
}

/** Sends everything that waits, but for endpoints that take no batch now. */
export async function sendBatches(batching: Batching, stopped: AbortSignal): Promise<void> {
  const { endpoints, pauses, now } = batching;
  for (let sends = true; sends && !stopped.aborted;) {
    sends = false;
    const calls = await collect(batching);
    for (const endpoint of new Set(calls.map(({ request }) => endpoints(request.model)))) {
      if (endpoint !== null && (pauses.get(endpoint) ?? 0) > now()) continue;
      const own = calls.filter(({ request }) => endpoints(request.model) === endpoint);
      if (endpoint === null) await turnAway(batching, null, own);
      else if (!(await createBatch(batching, endpoint, own, stopped))) return;
      sends = true;
    }
  }
}
