import { z } from 'zod';
import type { LlmRequest, LlmResponse, TokenUsage } from './llm.ts';

const dollarsPerMillion = z.number().nonnegative();

const tierSchema = z.strictObject({
  /** The tier holds for prompts of at most so many tokens, cached ones included; null for any. */
  upToPromptTokens: z.int().positive().nullable(),
  input: dollarsPerMillion,
  output: dollarsPerMillion,
  /** Five-minute cache entries: Baton writes no others. */
  cacheWrite: dollarsPerMillion,
  /** Null when not known. */
  cacheRead: dollarsPerMillion.nullable(),
});

const priceTableSchema = z.strictObject({
  asOf: z.string().min(1),
  source: z.string().min(1),
  /** By exact model id; tiers by rising size. A prompt larger than the last tier has no price. */
  models: z.record(
    z.string().min(1),
    z.array(tierSchema).min(1).refine(isRising, 'list the tiers by rising upToPromptTokens, null last'),
  ),
  /** US dollars of a thousand searches by the endpoint's own tool. */
  thousandWebSearches: z.number().nonnegative(),
  /** Simulated answers are priced as if a model had given them. */
  simulated: z.boolean(),
  /** What a call through a batch costs of its plain price, 0 to 1. */
  batchShare: z.number().min(0).max(1),
});

/** US dollars per million tokens. */
export type PriceTable = z.infer<typeof priceTableSchema>;
type PriceTier = z.infer<typeof tierSchema>;

const flat = (input: number, output: number, cacheWrite: number, cacheRead: number): PriceTier[] => [
  { upToPromptTokens: null, input, output, cacheWrite, cacheRead },
];

export const defaultPrices: PriceTable = {
  asOf: '2026-11',
  source: 'Anthropic list prices, US dollars per million tokens, pay as you go',
  models: {
    'claude-fable-5-2': flat(8, 40, 10, 0.2),
    'claude-opus-5-5': flat(4, 20, 5, 0.2),
    'claude-sonnet-5-5': flat(2, 10, 2.5, 0.2),
    'claude-haiku-5-5': [
      { upToPromptTokens: 100_000, input: 0.1, output: 0.5, cacheWrite: 0.125, cacheRead: null },
      { upToPromptTokens: null, input: 0.5, output: 2.5, cacheWrite: 0.625, cacheRead: null },
    ],
  },
  thousandWebSearches: 10,
  simulated: false,
  batchShare: 0.5,
};

/**
 * The default prices with those of `override` put in their place: a value of the {@link PriceTable} shape, in whole or part.
 * @throws Error naming every field that is wrong.
 */
export function pricesWith(override: unknown): PriceTable {
  const parsed = priceTableSchema.partial().safeParse(override);
  if (!parsed.success) throw new Error(`The price table is not valid:\n${z.prettifyError(parsed.error)}`);
  const { asOf, source, models, thousandWebSearches, simulated, batchShare } = parsed.data;
  return {
    asOf: asOf ?? defaultPrices.asOf,
    source: source ?? defaultPrices.source,
    models: { ...defaultPrices.models, ...models },
    thousandWebSearches: thousandWebSearches ?? defaultPrices.thousandWebSearches,
    simulated: simulated ?? defaultPrices.simulated,
    batchShare: batchShare ?? defaultPrices.batchShare,
  };
}

/** US dollars, exact to a billionth. */
export interface Money {
  /** Null when the table has no price for the model or for a kind of token it used. */
  readonly costUsd: number | null;
  /** What the same tokens would have cost more without cache and batch; null where the cost is. */
  readonly savedUsd: number | null;
}

const unpriced: Money = Object.freeze({ costUsd: null, savedUsd: null });
const free: Money = Object.freeze({ costUsd: 0, savedUsd: 0 });

/** The tier that holds for a prompt of so many tokens; null when the table has none. */
export function priceTier(model: string, promptTokens: number, prices: PriceTable): PriceTier | null {
  const tier = tiersOf(model, prices)?.find(
    ({ upToPromptTokens }) => upToPromptTokens === null || promptTokens <= upToPromptTokens,
  );
  return tier ?? null;
}

/** What a call of a model costs. @param batched it went through a batch. */
export function moneyOf(model: string, usage: TokenUsage, prices: PriceTable, batched = false): Money {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, webSearches = 0 } = usage;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  const tier = priceTier(model, promptTokens, prices);
  if (tier === null || (tier.cacheRead === null && cacheReadTokens > 0)) return unpriced;
  const plain = promptTokens * tier.input + outputTokens * tier.output;
  const cached =
    inputTokens * tier.input +
    outputTokens * tier.output +
    cacheWriteTokens * tier.cacheWrite +
    cacheReadTokens * (tier.cacheRead ?? 0);
  const paid = cached * (batched ? prices.batchShare : 1);
  const searches = webSearches * prices.thousandWebSearches * 1e3;
  return { costUsd: dollars(paid + searches), savedUsd: dollars(plain - paid) };
}

/** @param microDollars rounded to a thousandth. */
function dollars(microDollars: number): number {
  return Math.round(microDollars * 1e3) / 1e9;
}

/** What was paid for one response, whatever was lost beside it included; nothing when simulated or another call's. */
export function moneyOfResponse(
  request: Pick<LlmRequest, 'model'>,
  response: LlmResponse,
  prices: PriceTable,
): Money {
  if ((response.simulated && !prices.simulated) || response.borrowed === true) return free;
  const { model, usage, besides = [], batched = false } = response;
  // By the model that answered or, where it is priced under another name, the one asked.
  const answered = moneyOf(model, usage, prices, batched);
  const paid = answered.costUsd === null ? moneyOf(request.model, usage, prices, batched) : answered;
  return besides.reduce((sum, lost) => added(sum, moneyOf(lost.model, lost.usage, prices)), paid);
}

function added(one: Money, other: Money): Money {
  return { costUsd: sumOf(one.costUsd, other.costUsd), savedUsd: sumOf(one.savedUsd, other.savedUsd) };
}

/** Of US dollars, exact to a billionth; null when one is not known. */
export function sumOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.round((one + other) * 1e9) / 1e9;
}

function isRising(tiers: readonly PriceTier[]): boolean {
  const limits = tiers.map(({ upToPromptTokens }) => upToPromptTokens ?? Number.POSITIVE_INFINITY);
  return limits.every((limit, index) => index === 0 || limit > (limits[index - 1] ?? 0));
}

function tiersOf(model: string, prices: PriceTable): readonly PriceTier[] | undefined {
  const withoutDate = model.replace(/-\d{8}$/, '');
  return own(prices.models, model) ?? own(prices.models, withoutDate);
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
