import type { LlmResponse, TokenUsage } from './llm.ts';

export interface PaidUsage extends Required<TokenUsage> {
  readonly calls: number;
}

const nothing: PaidUsage = Object.freeze({
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  webSearches: 0,
});

/** The calls and tokens that were paid for one response: nothing for one that another call has paid for. */
export function paidUsage({ usage, besides = [], borrowed }: LlmResponse): PaidUsage {
  if (borrowed === true) return nothing;
  return [usage, ...besides.map((lost) => lost.usage)].reduce<PaidUsage>(
    (sum, each) => ({
      calls: sum.calls + 1,
      inputTokens: sum.inputTokens + each.inputTokens,
      outputTokens: sum.outputTokens + each.outputTokens,
      cacheReadTokens: sum.cacheReadTokens + each.cacheReadTokens,
      cacheWriteTokens: sum.cacheWriteTokens + each.cacheWriteTokens,
      webSearches: sum.webSearches + (each.webSearches ?? 0),
    }),
    nothing,
  );
}
