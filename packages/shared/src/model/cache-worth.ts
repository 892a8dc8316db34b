import { priceTier, type PriceTable } from './prices.ts';

/**
 * Tokens from which on an endpoint caches a beginning: the most that any of Anthropic's models is known to ask for. What is
 * marked and turns out shorter is not cached, and costs nothing more.
 */
const LEAST_CACHED_TOKENS = 4_096;

/** Whether it pays to have an endpoint cache the beginning of a prompt. */
export type CachePays = (beginning: CachedBeginning) => boolean;

export interface CachedBeginning {
  /** The endpoint's own model id. */
  readonly model: string;
  /** Of the beginning, estimated. */
  readonly tokens: number;
  /** That are likely to begin so within minutes; may be a fraction. */
  readonly calls: number;
}

/** A model whose cache has no known price is never told to cache: nobody could say what its calls cost. */
export function cachePaysBy(prices: PriceTable): CachePays {
  return ({ model, tokens, calls }) => {
    if (tokens < LEAST_CACHED_TOKENS) return false;
    const tier = priceTier(model, tokens, prices);
    if (tier === null || tier.cacheRead === null) return false;
    return tier.cacheWrite + (calls - 1) * tier.cacheRead < calls * tier.input;
  };
}

export const neverCached: CachePays = () => false;
