import { expect, test } from 'vitest';
import { nextTier, tierFor } from './model-choice.ts';

test('complexity decides the tier, and a medium one leaves it to the worker type', () => {
  for (const own of ['fast', 'balanced', 'strong'] as const) {
    expect(tierFor(own, 'low')).toBe('fast');
    expect(tierFor(own, 'medium')).toBe(own);
    expect(tierFor(own, 'high')).toBe('strong');
  }
});

test('from the second revision on each is made one tier up, as far as there is one', () => {
  const tiers = (own: 'fast' | 'balanced', complexity: 'low' | 'medium') =>
    [0, 1, 2, 3, 4].map((revision) => tierFor(own, complexity, revision));
  expect(tiers('balanced', 'low')).toEqual(['fast', 'fast', 'balanced', 'strong', 'strong']);
  expect(tiers('balanced', 'medium')).toEqual(['balanced', 'balanced', 'strong', 'strong', 'strong']);
  expect(nextTier('strong')).toBe('strong');
});
