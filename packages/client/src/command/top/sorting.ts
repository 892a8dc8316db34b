import type { WorkerTypeStats } from '../../contract/fleet.ts';

/** What worker types are sorted by; `load` as they come when nothing is pressed: what waits, then what runs. */
const sortKeys = ['load', 'oldest', 'slots', 'name'] as const;
export type SortKey = (typeof sortKeys)[number];

type Measure = (type: WorkerTypeStats) => number;

const measures: Readonly<Record<Exclude<SortKey, 'name'>, readonly Measure[]>> = {
  load: [({ waiting }) => waiting, ({ active }) => active, ({ delayed }) => delayed],
  oldest: [({ oldestWaitingMs }) => oldestWaitingMs ?? -1, ({ waiting }) => waiting],
  slots: [({ active, slots }) => (slots === 0 ? 0 : active / slots), ({ slots }) => slots],
};

/** The most first; those that are equal by name. */
export function sorted(types: readonly WorkerTypeStats[], by: SortKey): WorkerTypeStats[] {
  const compared = by === 'name' ? [] : measures[by];
  return types.toSorted((a, b) => {
    for (const measure of compared) {
      const difference = measure(b) - measure(a);
      if (difference !== 0) return difference;
    }
    return a.type.localeCompare(b.type, 'en');
  });
}

/** The next or, with -1, the one before, round and round. */
export function nextKey(key: SortKey, step: 1 | -1 = 1): SortKey {
  const at = (sortKeys.indexOf(key) + step + sortKeys.length) % sortKeys.length;
  return sortKeys[at] ?? 'load';
}
