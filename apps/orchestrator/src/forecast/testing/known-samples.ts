import type { CallSamples, Typical } from '@baton/shared/model/call-samples';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { defaultPrices, moneyOf } from '@baton/shared/model/prices';
import type { Forecasting } from '../forecast-work.ts';

/** What tasks took that used so many tokens each. */
export function typical(tokens: number, fields: Partial<Typical> = {}): Typical {
  return {
    samples: 20,
    p50Ms: 2_000,
    p90Ms: 4_000,
    p95Ms: 5_000,
    p90InputTokens: tokens - tokens / 10,
    p90OutputTokens: tokens / 10,
    p90CostUsd: tokens / 1e6,
    ...fields,
  };
}

/** Forecasts by what is known of tasks, by `<kind> <model>`; the default prices and tiers. */
export function forecastingBy(known: Readonly<Record<string, Typical>>): Forecasting {
  const samples: CallSamples = {
    note: () => undefined,
    typical: async (of, kind, model) => (of === 'tasks' ? (known[`${kind} ${model}`] ?? null) : null),
  };
  return {
    samples,
    tiers: defaultModelTiers,
    costOf: (model, usage, batched) => moneyOf(model, usage, defaultPrices, batched).costUsd,
  };
}
