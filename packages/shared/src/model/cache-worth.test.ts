import { expect, test } from 'vitest';
import { cachePaysBy, neverCached } from './cache-worth.ts';
import { defaultPrices, pricesWith } from './prices.ts';

const pays = cachePaysBy(defaultPrices);
const large = { model: 'claude-sonnet-5-5', tokens: 50_000, calls: 2 };

test('it pays to cache a long beginning that comes again', () => {
  expect(pays(large)).toBe(true);
  expect(pays({ ...large, calls: 200 })).toBe(true);
  expect(pays({ ...large, calls: 1.5 })).toBe(true);
});

test.each([
  ['comes once', { calls: 1 }],
  ['hardly comes again', { calls: 1.2 }],
  ['is shorter than endpoints cache', { tokens: 4_095, calls: 100 }],
  ['is for a model whose cache has no known price', { model: 'claude-haiku-5-5' }],
  ['is for a model without a price, such as a local one', { model: 'llama' }],
])('it does not pay to cache one that %s', (_, other) => {
  expect(pays({ ...large, ...other })).toBe(false);
});

test('the price of the size of the prompt is what counts', () => {
  const tiers = [
    { upToPromptTokens: 10_000, input: 1, output: 1, cacheWrite: 2, cacheRead: 1 },
    { upToPromptTokens: 100_000, input: 1, output: 1, cacheWrite: 1.25, cacheRead: 0.1 },
  ];
  const byTier = cachePaysBy(pricesWith({ models: { m: tiers } }));
  expect(byTier({ model: 'm', tokens: 10_000, calls: 50 })).toBe(false);
  expect(byTier({ model: 'm', tokens: 10_001, calls: 2 })).toBe(true);
  expect(byTier({ model: 'm', tokens: 100_001, calls: 2 })).toBe(false);
});

test('nothing is cached where caching is off', () => {
  expect(neverCached(large)).toBe(false);
});
