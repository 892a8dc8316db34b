import { describe, expect, it } from 'vitest';
import { mean, pairedRatios, quantile, spreadOf } from './statistics.mjs';

describe('quantile', () => {
  it('interpolates between the values around it, whatever their order', () => {
    expect(quantile([40, 10, 30, 20], 0.5)).toBe(25);
    expect(quantile([40, 10, 30, 20], 0)).toBe(10);
    expect(quantile([40, 10, 30, 20], 1)).toBe(40);
    expect(quantile([7], 0.95)).toBe(7);
  });

  it('refuses to make one up', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

it('gives the median between the least and the most', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
});

it('divides pair by pair, so that what slows both sides of a pair cancels out', () => {
  expect(pairedRatios([2, 20, 40], [1, 10, 10])).toEqual({ median: 2, least: 2, most: 4 });
  expect(() => pairedRatios([1, 2], [1])).toThrow(RangeError);
});

it('averages', () => {
  expect(mean([1, 2, 6])).toBe(3);
});
