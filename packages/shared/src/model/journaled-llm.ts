/**
 * A response that was received is never paid for again.
 *
 * 1. `begin` is awaited before the request is sent, `record` before the response is handed on.
 * 2. A key that holds a response never reaches the model.
 * 3. A started key stays started, to be counted as possibly repeated, unless its last request was surely unpaid; the earlier
 *    ones were counted when it was sent again.
 * 4. Before a request is sent again the journal is asked whether it may be, since a process that stood still may have been
 *    replaced, and told of the answer that was lost, so that the repetition is counted whatever becomes of it.
 * 5. `record` and `abandon` ignore the caller's signal: what was paid for is kept even when nobody waits for it.
 */

import { cancelledError } from './classify-error.ts';
import type { Llm, LlmCallOptions, LlmRequest, LlmResponse } from './llm.ts';
import { moneyOfResponse, type PriceTable } from './prices.ts';
import { requestHash } from './request-hash.ts';

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
  | { readonly kind: 'started'; readonly repeated: boolean };

export interface Journal {
  begin(key: JournalKey): Promise<JournalBeginning>;
  /**
   * Whether a call that failed may be made again: what it is for goes on, and nobody else has taken it over.
   * @param lostCalls answers lost since this was last asked, which may have been paid for: sending again repeats them.
   */
  mayGoOn(lostCalls: number): Promise<boolean>;
  record(key: JournalKey, entry: JournalEntry): Promise<void>;
  /** Takes this `begin` back: the endpoint refused or was never reached, so nothing was paid. */
  abandon(key: JournalKey): Promise<void>;
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

/** Order of wrapping: `withJournal(withRetries(createAnthropicLlm(…)))`, so that a retry keeps its journal key. */
export function withJournal(llm: Llm, journal: Journal, prices: PriceTable): StepCaller {
  return {
    async call(request, { step, attempt, ...callOptions }) {
      const key: JournalKey = { step, attempt, requestHash: requestHash(request) };
      const beginning = await journal.begin(key);
      if (beginning.kind === 'ended') throw cancelledError({ requestId: null });
      if (beginning.kind === 'recorded') {
        callOptions.onText?.(beginning.response.text);
        return {
          response: beginning.response,
          costUsd: beginning.costUsd,
          savedUsd: beginning.savedUsd ?? 0,
          reused: true,
          possiblyRepeatedCalls: 0,
        };
      }
      let lostCalls = 0;
      let told = 0;
      const mayRetry = (): Promise<boolean> => {
        const untold = lostCalls - told;
        told = lostCalls;
        return journal.mayGoOn(untold);
      };
      const onLost = (): void => {
        lostCalls += 1;
        callOptions.onLost?.();
      };
      let response: LlmResponse;
      try {
        response = await llm.call(request, { ...callOptions, onLost, mayRetry });
      } catch (error) {
        // What was lost before the last request is counted; whether the last one was paid for is the question.
        if (told === lostCalls) await abandonQuietly(journal, key);
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

/** A mark that stays behind only over-counts; the model's own error is the one to tell. */
async function abandonQuietly(journal: Journal, key: JournalKey): Promise<void> {
  await journal.abandon(key).catch(() => undefined);
}
