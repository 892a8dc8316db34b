import type { Metrics } from '../telemetry/metrics.ts';
import { callEndOf } from './call-end.ts';
import type { JournalWatch } from './journaled-llm.ts';
import {
  ModelError,
  type Llm,
  type LlmRequest,
  type LlmResponse,
  type PaidBesides,
  type TokenUsage,
} from './llm.ts';
import { paidUsage } from './paid-usage.ts';
import { moneyOf, moneyOfResponse, type Money, type PriceTable } from './prices.ts';

/** Counts into the metrics what is used and paid; models without a price cost nothing there. */
export interface CallCounts {
  /** @returns what it cost. */
  answered(request: LlmRequest, response: LlmResponse): Money;
  /** By a call that was given up. */
  spent(spent: PaidBesides): void;
  /** @param seconds from when the request was sent. */
  ended(request: LlmRequest, outcome: CallOutcome, seconds: number): void;
  /** A call is made again. @param cause the endpoint's error type. */
  retried(cause: string): void;
  readonly journal: JournalWatch;
}

/** `refused`: the endpoint took it not, now or at all; `aborted`: its caller wants no answer any more. */
export type CallOutcome = (typeof callOutcomes)[number];
const callOutcomes = ['answered', 'refused', 'failed', 'aborted'] as const;

const refusals: ReadonlySet<string> = new Set(['limited', 'overloaded', 'spent', 'rejected']);

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof ModelError && error.failure.kind === 'cancelled') return 'aborted';
  const { kind } = callEndOf(error, { isLost: false, failures: 0, since: 0 });
  return refusals.has(kind) ? 'refused' : 'failed';
}

/** Models and error types that a process tells apart; an endpoint names what it answers with as it likes. */
const MOST_MODELS = 50;
const MOST_CAUSES = 30;

/** The same names, until there are too many of them. */
function fewNames(most: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.size < most) known.add(name);
    return known.has(name) ? name : 'other';
  };
}

/**
 * @param models that are sure to be called. Their series are there from the start: one that begins with what it first counts hides that
 * from every rate.
 */
export function callCounts(metrics: Metrics, prices: PriceTable, models: readonly string[] = []): CallCounts {
  const named = fewNames(MOST_MODELS);
  for (const model of models.map(named)) {
    for (const outcome of callOutcomes) metrics.modelCallSeconds.zero({ model, outcome });
    metrics.modelCallsReused.inc({ model }, 0);
    metrics.modelCallsPossiblyRepeated.inc({ model }, 0);
  }
  const causeOf = fewNames(MOST_CAUSES);
  const count = (model: string, usage: TokenUsage, { costUsd }: Money): void => {
    metrics.modelTokens.inc({ model, kind: 'input' }, usage.inputTokens);
    metrics.modelTokens.inc({ model, kind: 'output' }, usage.outputTokens);
    metrics.modelTokens.inc({ model, kind: 'cache_read' }, usage.cacheReadTokens);
    metrics.modelTokens.inc({ model, kind: 'cache_write' }, usage.cacheWriteTokens);
    metrics.modelCostUsd.inc({ model }, costUsd ?? 0);
  };
  return {
    answered(request, response) {
      const model = named(response.model);
      const money = moneyOfResponse(request, response, prices);
      metrics.modelCalls.inc({ model, stop_reason: response.stopReason });
      count(model, paidUsage(response), money);
      return money;
    },
    spent: ({ model, usage }) => count(named(model), usage, moneyOf(model, usage, prices)),
    ended: ({ model }, outcome, seconds) =>
      metrics.modelCallSeconds.observe({ model: named(model), outcome }, seconds),
    retried: (cause) => metrics.modelRetries.inc({ cause: causeOf(cause) }),
    journal: {
      reused: (model) => metrics.modelCallsReused.inc({ model: named(model) }),
      repeated: (model, calls) => metrics.modelCallsPossiblyRepeated.inc({ model: named(model) }, calls),
    },
  };
}

export function withCounts(llm: Llm, counts: CallCounts): Llm {
  return {
    async call(request, options) {
      const sentAt = performance.now();
      const ended = (outcome: CallOutcome): void =>
        counts.ended(request, outcome, (performance.now() - sentAt) / 1_000);
      const onSpent = (spent: PaidBesides): void => {
        counts.spent(spent);
        options.onSpent?.(spent);
      };
      let response: LlmResponse;
      try {
        response = await llm.call(request, { ...options, onSpent });
      } catch (error) {
        ended(outcomeOf(error));
        throw error;
      }
      ended('answered');
      counts.answered(request, response);
      return response;
    },
  };
}
