import { expect, it } from 'vitest';
import { HOUR } from './slot-hours.ts';
import { slotSteps } from './slot-record.ts';

const held = (from: number, to: number) => ({ workerType: 'a', from, to });
const hour = (at: number, slots: number, others: number, minutes = 60) => ({
  workerType: 'a',
  at: at * HOUR,
  slotMs: slots * minutes * 60_000,
  busyMs: others * minutes * 60_000,
  minutes,
});

it('are as many as were ever held at once, where nothing else is known', () => {
  expect(slotSteps([held(0, 10), held(5, 20), held(20, 30)], [])).toEqual([{ from: 0, slots: 2 }]);
  expect(slotSteps([held(10, 20), held(20, 30)], [])).toEqual([{ from: 0, slots: 1 }]);
  expect(slotSteps([], [])).toEqual([]);
});

it('are what was recorded by the hour, also of a fleet that was there for a part of one', () => {
  expect(slotSteps([held(10, 20)], [hour(0, 8, 0), hour(1, 8, 0, 10), hour(2, 3, 0)])).toEqual([
    { from: 0, slots: 8 },
    { from: 2 * HOUR, slots: 3 },
  ]);
});

it('are less what others kept busy, and not less than were held', () => {
  expect(slotSteps([held(HOUR, HOUR + 10)], [hour(0, 8, 5), hour(1, 2, 2)])).toEqual([
    { from: 0, slots: 3 },
    { from: HOUR, slots: 1 },
  ]);
  // Six of the eight that were busy were these tasks' own.
  const own = Array.from({ length: 6 }, () => held(0, HOUR));
  expect(slotSteps(own, [hour(0, 8, 8)])).toEqual([{ from: 0, slots: 6 }]);
  expect(slotSteps(own, [hour(0, 8, 7)])).toEqual([{ from: 0, slots: 7 }]);
});

it('holds a slot in every hour that a task reaches into', () => {
  const long = [held(0, 3 * HOUR), held(0, 3 * HOUR)];
  expect(slotSteps(long, [hour(0, 1, 0), hour(1, 4, 2), hour(2, 1, 1)])).toEqual([
    { from: 0, slots: 2 },
    { from: HOUR, slots: 4 },
    { from: 2 * HOUR, slots: 2 },
  ]);
});
