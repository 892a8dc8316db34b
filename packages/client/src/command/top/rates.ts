import type { GoalSummary } from '../../contract/goal.ts';
import { PAGE, type Snapshot } from './poll.ts';

/** Ms over which goals are counted. */
const MINUTE = 60_000;
/** Ms over which spending is measured, at the most. */
const LONGEST = 10 * MINUTE;
/** Ms below which it says nothing. */
const SHORTEST = 5_000;

export interface Ended {
  readonly perMinute: number;
  readonly failed: number;
  /** There are more than the page of newest goals shows. */
  readonly isLeast: boolean;
}

/** Goals that ended within the last minute, of those that the server listed. */
export function endedLately({ newest, at }: Pick<Snapshot, 'newest' | 'at'>): Ended {
  const isLate = ({ finishedAt }: GoalSummary): boolean =>
    finishedAt !== null && at - Date.parse(finishedAt) < MINUTE;
  const late = newest.filter(isLate);
  return {
    perMinute: late.length,
    failed: late.filter(({ status }) => status === 'failed' || status === 'expired').length,
    isLeast: late.length >= PAGE,
  };
}

interface Spent {
  readonly at: number;
  readonly day: string;
  readonly costUsd: number;
}

/** Dollars per hour, as the looks at the day's total tell; null until they do, and where a price is unknown. */
export interface SpendRate {
  note(snapshot: Pick<Snapshot, 'at' | 'usage'>): number | null;
}

export function spendRate(): SpendRate {
  let seen: Spent[] = [];
  return {
    note({ at, usage }) {
      const { costUsd } = usage.total;
      // A day's total begins with nothing.
      if (costUsd === null || seen.at(-1)?.day !== usage.to) seen = [];
      if (costUsd === null) return null;
      seen = [...seen.filter((one) => at - one.at <= LONGEST), { at, day: usage.to, costUsd }];
      const [first] = seen;
      if (!first || at - first.at < SHORTEST) return null;
      return ((costUsd - first.costUsd) / (at - first.at)) * 60 * MINUTE;
    },
  };
}
