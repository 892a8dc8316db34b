import { tokensIn } from '@baton/plan/context-window';
import type { CallSamples } from './call-samples.ts';
import type { LlmRequest, LlmTool } from './llm.ts';
import { moneyOf, type PriceTable } from './prices.ts';

/** What a call asks of budgets before it is made. Tokens are those of its prompt and its answer together. */
export interface CallClaim {
  /** The endpoint's own id of the model asked. */
  readonly model: string;
  /** By past usage. */
  readonly tokens: number;
  /** Whatever it answers. */
  readonly worstTokens: number;
  /** Billionths of a US dollar; null when the model's price is unknown. */
  readonly costNanoUsd: number | null;
  readonly worstCostNanoUsd: number | null;
  /** ms after which a call that told nothing of its end is taken for lost. */
  readonly lastsMs: number;
}

export interface ClaimFacts {
  readonly prices: PriceTable;
  /** Output tokens that nine of ten such calls don't exceed; null where nothing is known. */
  typicalOutput(model: string): Promise<number | null>;
  readonly lastsMs: number;
  /** Through a batch. */
  readonly batched?: boolean;
}

/** Output tokens expected of a call of which nothing is known. */
export const OUTPUT_BEFORE_HISTORY = 2_000;
/** ms that one call may wait for its turn and be tried again, besides its own time limit. */
const WAITS = 60_000;
/** ms that a batch may take, and its delivery. */
const BATCH_TIME = 26 * 3_600_000;
const NANO_DOLLARS = 1e9;

/** Nothing is known of past calls, or of prices. */
export const plainClaimFacts: ClaimFacts = Object.freeze({
  prices: {
    asOf: '',
    source: '',
    models: {},
    thousandWebSearches: 0,
    simulated: false,
    batchShare: 1,
  },
  typicalOutput: async () => null,
  lastsMs: 600_000,
});

/** What calls of a kind are reckoned by. @param timeoutMs of one call. */
export function claimFactsOf(
  prices: PriceTable,
  samples: CallSamples,
  kind: string,
  timeoutMs: number,
): ClaimFacts {
  return {
    prices,
    async typicalOutput(model) {
      const typical = await samples.typical('calls', kind, model).catch(() => null);
      return typical?.p90OutputTokens ?? null;
    },
    lastsMs: timeoutMs + WAITS,
  };
}

/** The same for calls that go through batches. */
export function batchedClaims(facts: ClaimFacts): ClaimFacts {
  return { ...facts, lastsMs: BATCH_TIME, batched: true };
}

export async function claimOf(request: LlmRequest, facts: ClaimFacts): Promise<CallClaim> {
  const { model, maxTokens } = request;
  const prompt = promptTokens(request);
  const cached = cachedTokens(request);
  const typical = (await facts.typicalOutput(model)) ?? OUTPUT_BEFORE_HISTORY;
  const answer = Math.min(maxTokens, typical);
  const searches = (request.tools ?? []).reduce((sum, tool) => sum + searchesOf(tool), 0);
  const cost = (outputTokens: number, webSearches: number): number | null => {
    const usage = {
      inputTokens: prompt - cached,
      outputTokens,
      cacheReadTokens: 0,
      cacheWriteTokens: cached,
      webSearches,
    };
    const { costUsd } = moneyOf(model, usage, facts.prices, facts.batched);
    return costUsd === null ? null : Math.ceil(costUsd * NANO_DOLLARS);
  };
  return {
    model,
    tokens: prompt + answer,
    worstTokens: prompt + maxTokens,
    costNanoUsd: cost(answer, 0),
    worstCostNanoUsd: cost(maxTokens, searches),
    lastsMs: facts.lastsMs,
  };
}

/** A cautious estimate. */
export function promptTokens({ system, messages, tools = [], jsonSchema }: LlmRequest): number {
  const turns = messages.map(({ text, shared = '', blocks }) =>
    blocks ? tokensIn(JSON.stringify(blocks)) : tokensIn(shared) + tokensIn(text),
  );
  const asides = [...tools, ...(jsonSchema ? [jsonSchema] : [])].map((aside) =>
    tokensIn(JSON.stringify(aside)),
  );
  return [tokensIn(system), ...turns, ...asides].reduce((sum, tokens) => sum + tokens, 0);
}

/** Of its beginning, which the endpoint may write to its cache. */
function cachedTokens({ system, messages }: LlmRequest): number {
  const shared = messages.reduce((sum, message) => sum + tokensIn(message.shared ?? ''), 0);
  return shared === 0 ? 0 : tokensIn(system) + shared;
}

function searchesOf(tool: LlmTool): number {
  return tool.kind === 'web_search' ? tool.maxUses : 0;
}
