import { expect, it } from 'vitest';
import { ratiosToIdeal, scales } from './halving.mjs';

/** @param {number} slots @param {number} seconds */
const drain = (slots, seconds) => ({
  processes: slots / 10,
  slots,
  tasks: 400,
  seconds,
  idealSeconds: 400 / slots,
  medianTaskMs: 1_000,
  coresUsed: 1,
  othersCores: 0,
});

it('measures each doubling against half of the time before it', () => {
  const drains = [drain(10, 40), drain(20, 21), drain(40, 10.5)];
  expect(ratiosToIdeal(drains)).toEqual([1.05, 1]);
  expect(scales(drains)).toBe(true);
});

it('sees slots that do not help, and times that are too good to be true', () => {
  expect(scales([drain(10, 40), drain(20, 20), drain(40, 12)])).toBe(false);
  expect(scales([drain(10, 40), drain(20, 15)])).toBe(false);
});
