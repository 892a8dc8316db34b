import { expect, it } from 'vitest';
import { HOUR } from './slot-hours.ts';
import { utilisationOf } from './utilisation.ts';

const hour = (workerType: string, at: number, slotMs: number, busyMs: number) => ({
  workerType,
  at: at * HOUR,
  slotMs,
  busyMs,
  minutes: 60,
});
const hours = [
  hour('b', 0, 4_000, 1_000),
  hour('a', 23, 1_000, 1_000),
  hour('b', 23, 4_000, 4_000),
  hour('b', 24, 0, 0),
];

it('is told by the hour for a week, by the day for longer', () => {
  const { by, items, total } = utilisationOf(hours, 7);
  expect(by).toBe('hour');
  expect(items.map(({ at, workerType }) => `${at} ${workerType}`)).toEqual([
    '1970-01-01T00:00:00.000Z b',
    '1970-01-01T23:00:00.000Z a',
    '1970-01-01T23:00:00.000Z b',
    '1970-01-02T00:00:00.000Z b',
  ]);
  expect(items[3]).toMatchObject({ slotSeconds: 0, share: null });
  expect(total).toEqual([
    { workerType: 'a', slotSeconds: 1, busySeconds: 1, share: 1 },
    { workerType: 'b', slotSeconds: 8, busySeconds: 5, share: 0.625 },
  ]);
  expect(utilisationOf(hours, 8)).toMatchObject({
    by: 'day',
    items: [
      { at: '1970-01-01T00:00:00.000Z', workerType: 'b', slotSeconds: 8, busySeconds: 5 },
      { at: '1970-01-01T00:00:00.000Z', workerType: 'a' },
      { at: '1970-01-02T00:00:00.000Z', workerType: 'b' },
    ],
  });
});
