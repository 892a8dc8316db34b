import type { SlotStep } from '@baton/plan/slot-simulation';
import { HOUR, type SlotHour } from './slot-hours.ts';

/** Time in which a slot of a worker type was held, in ms since the epoch. */
export interface HeldSlot {
  readonly workerType: string;
  readonly from: number;
  readonly to: number;
}

interface OwnHour {
  busyMs: number;
  most: number;
}

/** Per hour how long slots were held, and how many at once at the most. */
function ownHours(held: readonly HeldSlot[]): Map<number, OwnHour> {
  const hours = new Map<number, OwnHour>();
  const hourOf = (at: number): OwnHour => {
    const hour = Math.floor(at / HOUR) * HOUR;
    const known = hours.get(hour) ?? { busyMs: 0, most: 0 };
    hours.set(hour, known);
    return known;
  };
  const changes = held
    .filter(({ from, to }) => to > from)
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to, by: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || one.by - other.by);
  const holdUntil = (busy: number, since: number, until: number): void => {
    for (let from = since; from < until;) {
      const to = Math.min(until, (Math.floor(from / HOUR) + 1) * HOUR);
      const hour = hourOf(from);
      hour.busyMs += busy * (to - from);
      hour.most = Math.max(hour.most, busy);
      from = to;
    }
  };
  let [busy, since] = [0, 0];
  for (const { at, by } of changes) {
    if (busy > 0) holdUntil(busy, since, at);
    [busy, since] = [busy + by, at];
  }
  return hours;
}

/**
 * The slots of a worker type that these tasks had, by the hour: all that there were but for those that others kept busy, and never fewer
 * than were held at once. Of an hour without a record as many as were ever held at once.
 */
export function slotSteps(held: readonly HeldSlot[], recorded: readonly SlotHour[]): SlotStep[] {
  const own = ownHours(held);
  const record = new Map(recorded.map((hour) => [hour.at, hour]));
  let most = 1;
  for (const hour of own.values()) most = Math.max(most, hour.most);
  const steps: SlotStep[] = [];
  for (const at of new Set([...own.keys(), ...record.keys()].toSorted((one, other) => one - other))) {
    const { busyMs: ownMs = 0, most: ownMost = 0 } = own.get(at) ?? {};
    const hour = record.get(at);
    const slots = Math.max(1, ownMost, hour ? freeOfOthers(hour, ownMs) : most);
    if (steps.at(-1)?.slots !== slots) steps.push({ from: at, slots });
  }
  return steps;
}

function freeOfOthers({ slotMs, busyMs, minutes }: SlotHour, ownMs: number): number {
  const served = Math.max(1, minutes) * 60_000;
  return Math.round((slotMs - Math.max(0, busyMs - ownMs)) / served);
}
