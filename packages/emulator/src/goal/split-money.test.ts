import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCents, parseCents } from './money.ts';
import { splitMoney } from './split-money.ts';

const weights = fc.array(fc.tuple(fc.string(), fc.integer({ min: 1, max: 100 })), {
  minLength: 1,
  maxLength: 20,
});

test('the parts of any amount add up to it exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), weights, (cents, parts) => {
      const shares = splitMoney(cents, parts);
      expect(shares.reduce((sum, share) => sum + share.cents, 0)).toBe(cents);
      expect(shares.every((share) => share.cents >= 0)).toBe(true);
    }),
  );
});

test('whole money stays whole', () => {
  const shares = splitMoney(90_000, [
    ['a', 40],
    ['b', 35],
    ['c', 25],
  ]);
  expect(shares.map((share) => share.cents)).toEqual([36_000, 31_500, 22_500]);
});

test('amounts survive being written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (cents) => {
      expect(parseCents(formatCents(cents))).toBe(cents);
    }),
  );
});
