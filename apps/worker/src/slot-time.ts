/**
 * How long the slots of this process were there, and how long they had a task in them, between two signs of life.
 *
 * 1. Each moment of a slot is told once: what was taken and could not be written down is given back, and told with the next.
 * 2. What a process did while it stood still is not told: after more than `LONGEST` without a sign of life nothing is known of it.
 */
import type { SlotTime } from '@baton/shared/ledger/fleet';

/** ms. */
const LONGEST = 60_000;

export interface SlotTimes {
  /** A task has taken a slot. @returns gives it back, once. */
  begin(workerType: string): () => void;
  /** Since the last time that they were taken. */
  take(): SlotTime[];
  giveBack(times: readonly SlotTime[]): void;
}

/** @param now ms, by a clock that never goes back. */
export function openSlotTimes(
  slots: Readonly<Record<string, number>>,
  now: () => number = () => performance.now(),
): SlotTimes {
  let since = now();
  const counts = new Map(
    Object.entries(slots).map(([type, number]) => [type, { slots: number, busy: 0, busyMs: 0, at: since }]),
  );
  const given = new Map<string, { slotMs: number; busyMs: number }>();

  function add(count: { busy: number; busyMs: number; at: number }): void {
    const at = now();
    count.busyMs += count.busy * (at - count.at);
    count.at = at;
  }

  return {
    begin(workerType) {
      const count = counts.get(workerType);
      if (!count) return () => undefined;
      add(count);
      count.busy += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        add(count);
        count.busy -= 1;
      };
    },
    take() {
      const passed = now() - since;
      since += passed;
      return [...counts].map(([workerType, count]) => {
        add(count);
        const { slotMs = 0, busyMs = 0 } = given.get(workerType) ?? {};
        const isKnown = passed <= LONGEST;
        const time = {
          workerType,
          slotMs: slotMs + (isKnown ? passed * count.slots : 0),
          busyMs: busyMs + (isKnown ? count.busyMs : 0),
        };
        count.busyMs = 0;
        given.delete(workerType);
        return time;
      });
    },
    giveBack(times) {
      for (const { workerType, slotMs, busyMs } of times) {
        const known = given.get(workerType) ?? { slotMs: 0, busyMs: 0 };
        given.set(workerType, { slotMs: known.slotMs + slotMs, busyMs: known.busyMs + busyMs });
      }
    },
  };
}
