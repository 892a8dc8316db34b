import { expect, test } from 'vitest';
import { defaultModelTiers, modelFor, modelTiersWith } from './model-tiers.ts';
import { costOf, defaultPrices } from './prices.ts';

test('a tier that is not configured keeps its default', () => {
  const tiers = modelTiersWith({ strong: 'local-70b' });
  expect(modelFor('strong', tiers)).toBe('local-70b');
  expect(modelFor('fast', tiers)).toBe(defaultModelTiers.fast);
  expect(modelFor('balanced', tiers)).toBe(defaultModelTiers.balanced);
});

test('every default has a price', () => {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const model of Object.values(defaultModelTiers))
    expect(costOf(model, usage, defaultPrices)).not.toBeNull();
});
