import type { Metrics } from '../telemetry/metrics.ts';
import type { Llm, LlmRequest, LlmResponse, PaidBesides, TokenUsage } from './llm.ts';
import { paidUsage } from './paid-usage.ts';
import { moneyOf, moneyOfResponse, type Money, type PriceTable } from './prices.ts';

/** Counts into the metrics what is used and paid; models without a price cost nothing there. */
export interface CallCounts {
  /** @returns what it cost. */
  answered(request: LlmRequest, response: LlmResponse): Money;
  /** By a call that was given up. */
  spent(spent: PaidBesides): void;
}

export function callCounts(metrics: Metrics, prices: PriceTable): CallCounts {
  const count = (model: string, usage: TokenUsage, { costUsd }: Money): void => {
    metrics.modelTokens.inc({ model, kind: 'input' }, usage.inputTokens);
    metrics.modelTokens.inc({ model, kind: 'output' }, usage.outputTokens);
    metrics.modelTokens.inc({ model, kind: 'cache_read' }, usage.cacheReadTokens);
    metrics.modelTokens.inc({ model, kind: 'cache_write' }, usage.cacheWriteTokens);
    metrics.modelCostUsd.inc({ model }, costUsd ?? 0);
  };
  return {
    answered(request, response) {
      const { model, stopReason } = response;
      const money = moneyOfResponse(request, response, prices);
      metrics.modelCalls.inc({ model, stop_reason: stopReason });
      count(model, paidUsage(response), money);
      return money;
    },
    spent: ({ model, usage }) => count(model, usage, moneyOf(model, usage, prices)),
  };
}

export function withCounts(llm: Llm, counts: CallCounts): Llm {
  return {
    async call(request, options) {
      const onSpent = (spent: PaidBesides): void => {
        counts.spent(spent);
        options.onSpent?.(spent);
      };
      const response = await llm.call(request, { ...options, onSpent });
      counts.answered(request, response);
      return response;
    },
  };
}
