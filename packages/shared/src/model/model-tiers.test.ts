import { expect, test } from 'vitest';
import { defaultModelTiers, modelTiersWith } from './model-tiers.ts';
import { defaultPrices, moneyOf } from './prices.ts';

test('a tier that is not configured keeps its default', () => {
  const tiers = modelTiersWith({ strong: 'local-70b' });
  expect(tiers).toEqual({ ...defaultModelTiers, strong: 'local-70b' });
});

test('every default has a price', () => {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const model of Object.values(defaultModelTiers))
    expect(moneyOf(model, usage, defaultPrices).costUsd).not.toBeNull();
});
