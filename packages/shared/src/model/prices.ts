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
};

/**
 * The default prices with those of `override` put in their place: a value of the {@link PriceTable} shape, in whole or part.
 * @throws Error naming every field that is wrong.
 */
export function pricesWith(override: unknown): PriceTable {
  const parsed = priceTableSchema.partial().safeParse(override);
  if (!parsed.success) throw new Error(`The price table is not valid:\n${z.prettifyError(parsed.error)}`);
  const { asOf, source, models } = parsed.data;
  return {
    asOf: asOf ?? defaultPrices.asOf,
    source: source ?? defaultPrices.source,
    models: { ...defaultPrices.models, ...models },
  };
}

/** US dollars, exact to a billionth; null when the table has no price for this model or for a kind of token it used. */
export function costOf(model: string, usage: TokenUsage, prices: PriceTable): number | null {
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const tier = tiersOf(model, prices)?.find(
    ({ upToPromptTokens }) => upToPromptTokens === null || promptTokens <= upToPromptTokens,
  );
  if (tier === undefined) return null;
  if (tier.cacheRead === null && usage.cacheReadTokens > 0) return null;
  const microDollars =
    usage.inputTokens * tier.input +
    usage.outputTokens * tier.output +
    usage.cacheWriteTokens * tier.cacheWrite +
    usage.cacheReadTokens * (tier.cacheRead ?? 0);
  return Math.round(microDollars * 1e3) / 1e9;
}

/** What a response cost: nothing when simulated; by the model that answered or, where it is priced under another name, the one asked. */
export function priceOfResponse(
  request: LlmRequest,
  response: LlmResponse,
  prices: PriceTable,
): number | null {
  if (response.simulated) return 0;
  return costOf(response.model, response.usage, prices) ?? costOf(request.model, response.usage, prices);
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
