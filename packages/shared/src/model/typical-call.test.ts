import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentile, typicalOf } from './typical-call.ts';

test('nothing is typical of nothing', () => {
  expect(typicalOf([])).toBeNull();
});

test('costs that are not known are left out', () => {
  const sample = { ms: 1, inputTokens: 1, outputTokens: 1 };
  expect(typicalOf([{ ...sample, costUsd: null }])?.p90CostUsd).toBeNull();
  expect(
    typicalOf([
      { ...sample, costUsd: null },
      { ...sample, costUsd: 0.25 },
    ])?.p90CostUsd,
  ).toBe(0.25);
});

test('a percentile is one of the values, and that share of them is not above it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 }),
      fc.constantFrom(0.5, 0.9, 0.95),
      (values, share) => {
        const found = percentile(values, share);
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share * values.length);
        expect(values.filter((value) => value < found).length).toBeLessThan(share * values.length);
      },
    ),
  );
});
