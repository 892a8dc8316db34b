import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentilesOf } from './percentiles.ts';

it('takes the value of the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentilesOf(hundred)).toEqual({ p50: 50, p90: 90, p95: 95, p99: 99, max: 100 });
  expect(percentilesOf([7])).toEqual({ p50: 7, p90: 7, p95: 7, p99: 7, max: 7 });
  expect(percentilesOf([10, 9])).toMatchObject({ p50: 9, p90: 10 });
  expect(percentilesOf([])).toBe(null);
});

it('tells values that were there, none below the one before it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const { p50 = 0, p90 = 0, p95 = 0, p99 = 0, max = 0 } = percentilesOf(values) ?? {};
      const told = [p50, p90, p95, p99, max];
      expect(told).toEqual(told.toSorted((one, other) => one - other));
      for (const value of told) expect(values).toContain(value);
      expect(values.filter((value) => value <= p50).length).toBeGreaterThanOrEqual(values.length / 2);
    }),
  );
});
