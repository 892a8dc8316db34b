import { noUsage, type Usage } from '../contract/task-outcome.ts';
import type { StepCall } from './journaled-llm.ts';
import { paidUsage } from './paid-usage.ts';
import { sumOf } from './prices.ts';

/** What a task's calls used together. One call without a price leaves the cost of all of them unknown. */
export function usageOfCalls(calls: readonly StepCall[]): Usage {
  return calls.reduce(withCall, noUsage);
}

function withCall(usage: Usage, { response, costUsd, savedUsd = 0, possiblyRepeatedCalls }: StepCall): Usage {
  const paid = paidUsage(response);
  return {
    calls: usage.calls + paid.calls,
    possiblyRepeatedCalls: usage.possiblyRepeatedCalls + possiblyRepeatedCalls,
    inputTokens: usage.inputTokens + paid.inputTokens,
    outputTokens: usage.outputTokens + paid.outputTokens,
    cacheReadTokens: usage.cacheReadTokens + paid.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens + paid.cacheWriteTokens,
    webSearches: usage.webSearches + paid.webSearches,
    costUsd: sumOf(usage.costUsd, costUsd),
    savedUsd: sumOf(usage.savedUsd, savedUsd),
  };
}
