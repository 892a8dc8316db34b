/**
 * A response that was received is never paid for again.
 *
 * 1. `begin` is awaited before the request is sent, `record` before the response is handed on.
 * 2. A key that holds a response never reaches the model.
 * 3. A started key stays started, to be counted as possibly repeated, unless its last request was surely unpaid; the earlier
 *    ones were counted when it was sent again.
 * 4. Before a request is sent again the journal is asked whether it may be, since a process that stood still may have been
 *    replaced, and told of the answer that was lost, so that the repetition is counted whatever becomes of it.
 * 5. `record`, `abandon` and `lose` ignore the caller's signal: what was paid for is kept even when nobody waits for it.
 */

import { BudgetExceeded, type BudgetScope } from './budget-exceeded.ts';
import { claimOf, plainClaimFacts, type CallClaim, type ClaimFacts } from './call-claim.ts';
import { cancelledError } from './classify-error.ts';
import { LaterError, type Llm, type LlmCallOptions, type LlmRequest, type LlmResponse } from './llm.ts';
import { ParkedCall } from './parked-call.ts';
import { moneyOfResponse, type PriceTable } from './prices.ts';
import { requestHash } from './request-hash.ts';
import { sleepUnlessCancelled } from './sleep-unless-cancelled.ts';
import { tellReuse, tellWait } from './traced-llm.ts';

/** One call of one step; the goal, rev and task are bound by whoever makes the {@link Journal}. */
export interface JournalKey {
  readonly step: string;
  /** Semantic: 1 for the first wording of the request, 2 for the first repair, … A retry keeps it. */
  readonly attempt: number;
  readonly requestHash: string;
}

export interface JournalEntry {
  readonly response: LlmResponse;
  /** US dollars; null when the model's price is unknown. */
  readonly costUsd: number | null;
  /** What cache and batch saved of it; null where the cost is, left out by earlier releases. */
  readonly savedUsd?: number | null;
}

export type JournalBeginning =
  /** What the call is for has ended, or somebody else has taken it over: the call must not be made. */
  | { readonly kind: 'ended' }
  | ({ readonly kind: 'recorded' } & JournalEntry)
  /** `repeated`: this key was started before and its answer never recorded, so this call may be its second payment. */
  | { readonly kind: 'started'; readonly repeated: boolean }
  /** It would fit its budgets but for other calls under way: ask again when one of them may have ended. */
  | { readonly kind: 'busy' }
  /** It doesn't fit what is left of a budget. */
  | { readonly kind: 'over_budget'; readonly scope: BudgetScope; readonly message: string };

export interface Journal {
  /** @param claim what the call may take of budgets; it is held for the call from `started` until `record`, `abandon` or `lose`. */
  begin(key: JournalKey, claim: CallClaim): Promise<JournalBeginning>;
  /**
   * Whether a call that failed may be made again: what it is for goes on, and nobody else has taken it over.
   * @param lostCalls answers lost since this was last asked, which may have been paid for: sending again repeats them.
   * @throws BudgetExceeded when with them it doesn't fit.
   */
  mayGoOn(lostCalls: number, key: JournalKey): Promise<boolean>;
  record(key: JournalKey, entry: JournalEntry): Promise<void>;
  /** Takes this `begin` back: the endpoint refused or was never reached, so nothing was paid. */
  abandon(key: JournalKey): Promise<void>;
  /** The last answer was lost, and may have been paid for; this run sends no other request. */
  lose(key: JournalKey): Promise<void>;
  /** Where an entry is kept; absent where only this process can record it. */
  readonly locate?: (key: JournalKey) => JournalLocation;
}

/** For whoever records an answer that comes when nobody waits for it any more. */
export interface JournalLocation {
  readonly goalId: string;
  /** Unique within the goal. */
  readonly entry: string;
  /** JSON: what the journal is opened again with. */
  readonly opening: unknown;
}

export interface StepCallOptions extends LlmCallOptions {
  readonly step: string;
  readonly attempt: number;
}

/** One step's paid response, new or from the journal. */
export interface StepCall extends JournalEntry {
  readonly reused: boolean;
  /** Requests of this step, besides the one answered, that may have been paid for; those of an earlier run are counted as one. */
  readonly possiblyRepeatedCalls: number;
}

export interface StepCaller {
  call(request: LlmRequest, options: StepCallOptions): Promise<StepCall>;
}

/** Told of calls that are not what they seem; must not throw. */
export interface JournalWatch {
  /** Its answer was there already. */
  reused(model: string): void;
  /** So many requests are made again that may have been paid for. */
  repeated(model: string, calls: number): void;
}

const unwatched: JournalWatch = { reused: () => undefined, repeated: () => undefined };

/** Order of wrapping: `withJournal(withRetries(createAnthropicLlm(…)))`, so that a retry keeps its journal key. */
export function withJournal(
  llm: Llm,
  journal: Journal,
  prices: PriceTable,
  claims: ClaimFacts = { ...plainClaimFacts, prices },
  watch: JournalWatch = unwatched,
): StepCaller {
  return {
    async call(request, { step, attempt, ...callOptions }) {
      const key: JournalKey = { step, attempt, requestHash: requestHash(request) };
      const claim = claimOf(request, claims);
      const beginning = await beginCall(journal, key, claim, callOptions.signal, claims.batched, (ms) =>
        tellWait('budget', request.model, ms),
      );
      if (beginning.kind === 'ended') throw cancelledError({ requestId: null });
      if (beginning.kind === 'recorded') {
        watch.reused(request.model);
        tellReuse(request.model, step, beginning.response);
        callOptions.onText?.(beginning.response.text);
        return {
          response: beginning.response,
          costUsd: beginning.costUsd,
          savedUsd: beginning.savedUsd ?? 0,
          reused: true,
          possiblyRepeatedCalls: 0,
        };
      }
      if (beginning.repeated) watch.repeated(request.model, 1);
      let lostCalls = 0;
      let told = 0;
      const mayRetry = async (): Promise<boolean> => {
        const untold = lostCalls - told;
        told = lostCalls;
        const may = await journal.mayGoOn(untold, key);
        if (may && untold > 0) watch.repeated(request.model, untold);
        return may;
      };
      const onLost = (): void => {
        lostCalls += 1;
        callOptions.onLost?.();
      };
      let response: LlmResponse;
      try {
        response = await llm.call(request, { ...callOptions, onLost, mayRetry });
      } catch (error) {
        // It is begun for whoever delivers its answer.
        if (error instanceof ParkedCall) throw error;
        // What was lost before the last request is counted; whether the last one was paid for is the question.
        const left = told === lostCalls ? journal.abandon(key) : journal.lose(key);
        // A mark that stays behind only over-counts; the model's own error is the one to tell.
        await left.catch(() => undefined);
        throw error;
      }
      const money = moneyOfResponse(request, response, prices);
      await journal.record(key, { response, ...money });
      return {
        response,
        ...money,
        reused: false,
        possiblyRepeatedCalls: lostCalls + Number(beginning.repeated),
      };
    },
  };
}

/** Longest wait in process for other calls of the same budget, in ms; then the job gives its slot back. */
const LONGEST_WAIT = 10_000;
const FIRST_POLL = 50;
const SLOWEST_POLL = 500;
/** ms until the job is taken up again. */
const LATER = 5_000;
/** The same where those others may wait for a batch, which takes its time. */
const LATER_THAN_BATCHES = 60_000;

/**
 * Begins a call, after a wait where other calls under way hold what is left of its budget.
 * @param claim asked each time: what those others answer tells what is usual.
 * @param isBatched it can wait, and does so without its slot.
 * @param onWaited told how long it has waited, in ms.
 * @throws BudgetExceeded when it doesn't fit; LaterError when the wait is too long to sit out; a `cancelled` ModelError when the
 * signal is aborted meanwhile.
 */
export async function beginCall(
  journal: Journal,
  key: JournalKey,
  claim: () => Promise<CallClaim>,
  signal: AbortSignal,
  isBatched = false,
  onWaited: (ms: number) => void = () => undefined,
): Promise<Exclude<JournalBeginning, { kind: 'busy' | 'over_budget' }>> {
  let waited = 0;
  for (let poll = FIRST_POLL; ; poll = Math.min(2 * poll, SLOWEST_POLL)) {
    const beginning = await journal.begin(key, await claim());
    if (beginning.kind === 'over_budget') throw new BudgetExceeded(beginning.scope, beginning.message);
    if (beginning.kind !== 'busy') {
      onWaited(waited);
      return beginning;
    }
    if (isBatched || waited >= LONGEST_WAIT) {
      const later = isBatched ? LATER_THAN_BATCHES : LATER;
      throw new LaterError('What is left of the budget is held for other calls under way.', later);
    }
    waited += poll;
    await sleepUnlessCancelled(poll, signal);
  }
}
