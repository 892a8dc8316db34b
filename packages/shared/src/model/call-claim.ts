import { tokensIn } from '@baton/plan/context-window';
import type { CallPurpose } from './call-purpose.ts';
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
  /** Output tokens that nine of ten such calls don't exceed, as far as anything is known. */
  typicalOutput(model: string): Promise<number>;
  readonly lastsMs: number;
  /** Requests that one call may make side by side. */
  readonly requests: number;
  /** Through a batch. */
  readonly batched?: boolean;
}

/**
 * Output tokens expected of a call of a kind of which nothing is known: by Baton's own roles, else those of a task's call. Rather few: what the
 * first of them takes is known to the next, and one call at the most may exceed a budget, whatever is expected of it.
 */
const outputOfRoles: ReadonlyMap<string, number> = new Map([
  [':planner', 1_000],
  [':assessor', 300],
  [':synthesis', 1_000],
]);
const OUTPUT_OF_TASKS = 700;
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
  typicalOutput: async () => OUTPUT_OF_TASKS,
  lastsMs: 600_000,
  requests: 1,
});

/**
 * What calls for a purpose are reckoned by: what its kind's calls answered lately, with another model where this one has none of them.
 * @param models that calls of this kind may have asked.
 * @param timeoutMs of one call.
 */
export function claimFactsOf(
  prices: PriceTable,
  samples: CallSamples,
  { kind, hedge }: Pick<CallPurpose, 'kind' | 'hedge'>,
  models: readonly string[],
  timeoutMs: number,
): ClaimFacts {
  const usual = async (model: string): Promise<number[]> => {
    const typical = await samples.typical('calls', kind, model).catch(() => null);
    return typical === null ? [] : [typical.p90OutputTokens];
  };
  return {
    prices,
    async typicalOutput(model) {
      const [own] = await usual(model);
      if (own !== undefined) return own;
      const others = await Promise.all(models.filter((other) => other !== model).map(usual));
      const known = others.flat();
      return known.length > 0 ? Math.max(...known) : (outputOfRoles.get(kind) ?? OUTPUT_OF_TASKS);
    },
    lastsMs: timeoutMs + WAITS,
    requests: hedge ? 2 : 1,
  };
}

/** The same for calls that go through batches. */
export function batchedClaims(facts: ClaimFacts): ClaimFacts {
  return { ...facts, lastsMs: BATCH_TIME, requests: 1, batched: true };
}

/** What a call claims, by what is usual each time that it is asked. */
export function claimOf(request: LlmRequest, facts: ClaimFacts): () => Promise<CallClaim> {
  const { model, maxTokens } = request;
  const { lastsMs, requests } = facts;
  const prompt = promptTokens(request);
  const cached = cachedTokens(request);
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
  const worstCost = cost(maxTokens, searches);
  return async () => {
    const answer = Math.min(maxTokens, await facts.typicalOutput(model));
    return {
      model,
      tokens: prompt + answer,
      worstTokens: requests * (prompt + maxTokens),
      costNanoUsd: cost(answer, 0),
      worstCostNanoUsd: worstCost === null ? null : requests * worstCost,
      lastsMs,
    };
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
