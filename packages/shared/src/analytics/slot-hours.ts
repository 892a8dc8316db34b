import type { Ledger } from '../ledger/ledger.ts';

export const HOUR = 3_600_000;
const DAY = 86_400_000;

/** What all slots of a worker type did in an hour. */
export interface SlotHour {
  readonly workerType: string;
  /** When it begins, in ms since the epoch. */
  readonly at: number;
  readonly slotMs: number;
  readonly busyMs: number;
  /** Minutes of it in which there were slots. */
  readonly minutes: number;
}

/** The slot time of some days (`2026-03-02`, UTC), the earliest hour first. */
export async function readSlotHours(
  ledger: Ledger,
  from: string,
  to: string,
  now: number,
): Promise<SlotHour[]> {
  const first = Date.parse(from) / HOUR;
  const last = Math.min(Date.parse(to) + DAY - HOUR, now) / HOUR;
  const hours = Array.from(
    { length: Math.max(0, Math.floor(last - first) + 1) },
    (_, index) => first + index,
  );
  const pipeline = ledger.redis.pipeline();
  for (const hour of hours) pipeline.hgetall(ledger.keyspace.slotTime + String(hour));
  const replies = (await pipeline.exec()) ?? [];
  return hours.flatMap((hour, index) => {
    const [error, fields] = replies[index] ?? [];
    if (error) throw error;
    return hoursOf(hour * HOUR, (fields ?? {}) as Record<string, string>);
  });
}

function hoursOf(at: number, fields: Readonly<Record<string, string>>): SlotHour[] {
  return Object.keys(fields)
    .filter((name) => name.startsWith('slots '))
    .map((name) => name.slice('slots '.length))
    .toSorted()
    .map((workerType) => {
      const count = (what: string): number => Number(fields[`${what} ${workerType}`] ?? 0);
      return { workerType, at, slotMs: count('slots'), busyMs: count('busy'), minutes: count('minutes') };
    });
}
