import { expect, test } from 'vitest';
import type { RateLimits } from '../model/llm.ts';
import { limitsWorthTelling } from './told-limits.ts';

const limits = (perMinute: number, remaining: number | null): RateLimits => ({
  requests: { perMinute, remaining },
  inputTokens: null,
  outputTokens: null,
});

test.each([
  ['a first word', limits(60, 60), undefined, true],
  ['nothing', { requests: null, inputTokens: null, outputTokens: null }, undefined, false],
  ['another limit', limits(50, 50), limits(60, 60), true],
  ['plenty left', limits(60, 31), limits(60, 60), false],
  ['little left', limits(60, 29), limits(60, 60), true],
  ['the same limit alone', limits(60, null), limits(60, 60), false],
] as const)('%s', (_what, said, before, expected) => {
  expect(limitsWorthTelling(said, before)).toBe(expected);
});
