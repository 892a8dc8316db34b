import { noUsage, type Usage } from '../contract/task-outcome.ts';
import type { StepCall } from './journaled-llm.ts';

/** What a task's calls used together. One call without a price leaves the cost of all of them unknown. */
export function usageOfCalls(calls: readonly StepCall[]): Usage {
  return calls.reduce(withCall, noUsage);
}

function withCall(usage: Usage, { response, costUsd, possiblyRepeatedCalls }: StepCall): Usage {
  return {
    calls: usage.calls + 1,
    possiblyRepeatedCalls: usage.possiblyRepeatedCalls + possiblyRepeatedCalls,
    inputTokens: usage.inputTokens + response.usage.inputTokens,
    outputTokens: usage.outputTokens + response.usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens + response.usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens + response.usage.cacheWriteTokens,
    costUsd:
      usage.costUsd === null || costUsd === null ? null : Math.round((usage.costUsd + costUsd) * 1e9) / 1e9,
  };
}
