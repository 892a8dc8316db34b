import type { Utilisation } from '../contract/analytics.ts';
import { inOrder, rounded, shareOf } from './rounding.ts';
import type { SlotHour } from './slot-hours.ts';

type SlotTime = Utilisation['total'][number];

/** Longer periods are told of by the day. */
const MOST_DAYS_BY_HOUR = 7;

function sumsBy<Key extends string>(
  hours: readonly SlotHour[],
  keyOf: (hour: SlotHour) => Key,
): Map<Key, SlotTime> {
  const sums = new Map<Key, { workerType: string; slotMs: number; busyMs: number }>();
  for (const hour of hours) {
    const key = keyOf(hour);
    const { slotMs = 0, busyMs = 0 } = sums.get(key) ?? {};
    const { workerType } = hour;
    sums.set(key, { workerType, slotMs: slotMs + hour.slotMs, busyMs: busyMs + hour.busyMs });
  }
  return new Map(
    [...sums].map(([key, { workerType, slotMs, busyMs }]) => [
      key,
      {
        workerType,
        slotSeconds: rounded(slotMs / 1_000),
        busySeconds: rounded(busyMs / 1_000),
        share: slotMs === 0 ? null : shareOf(busyMs, slotMs),
      },
    ]),
  );
}

/** @param days of the period that the hours are of. */
export function utilisationOf(hours: readonly SlotHour[], days: number): Utilisation {
  const by = days <= MOST_DAYS_BY_HOUR ? 'hour' : 'day';
  const begins = (at: number): string => {
    const hour = new Date(at).toISOString();
    return by === 'hour' ? hour : `${hour.slice(0, 10)}T00:00:00.000Z`;
  };
  const items = sumsBy(hours, ({ at, workerType }) => `${begins(at)} ${workerType}`);
  const total = [...sumsBy(hours, ({ workerType }) => workerType).values()];
  return {
    scope: 'fleet',
    by,
    total: total.toSorted((one, other) => inOrder(one.workerType, other.workerType)),
    items: [...items].map(([key, time]) => ({ at: key.slice(0, key.indexOf(' ')), ...time })),
  };
}
