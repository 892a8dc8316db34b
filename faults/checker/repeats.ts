import type { CallRecord, Evidence } from '../evidence/evidence.ts';
import { callsByGoal, isPaid, nameOf } from './goal-calls.ts';
import { runsOf, timeOf } from './runs.ts';
import { grouped } from './grouped.ts';

/** A request that was paid for more than once in one run of a goal. */
export interface Repeat {
  readonly goalId: string;
  readonly what: string;
  /** Payments beyond the first. */
  readonly repeated: number;
  /** Of these, how many an injected fault of the model explains: it was paid for and its answer never came whole. */
  readonly lostByModel: number;
}

export interface RepeatRate {
  readonly paid: number;
  readonly repeated: number;
  /** `repeated` of `paid`; 0 when nothing was paid. */
  readonly rate: number;
}

type Fault = CallRecord['fault'];

/** Faults after which no whole answer comes. */
const losing: ReadonlySet<Fault> = new Set([
  'hang',
  'stall',
  'drip',
  'cut',
  'fin',
  'malformed',
  'sse-error',
  'huge',
]);
/** Faults that answer with something to be repaired. */
const misleading: ReadonlySet<Fault> = new Set(['bad-plan', 'max_tokens', 'empty', 'text', 'tool-use']);

/**
 * A bad answer that is given twice to a repair makes the next repair ask the very same thing, under a step of its own.
 * Only a conversation that is sent back can be so.
 */
function asksAnew({ turns, fault }: CallRecord): boolean {
  return turns > 1 && misleading.has(fault);
}

function runOf(call: CallRecord, retriedAt: readonly number[]): number {
  return retriedAt.filter((at) => at <= call.at).length;
}

/** Every request that was paid for again: same goal, run, role, task and body. A run that the API's retry made asks anew. */
export function repeatsIn(evidence: Evidence): Repeat[] {
  return callsByGoal(evidence).flatMap(({ seen, calls }) => {
    const retriedAt = runsOf(seen.events)
      .slice(1)
      .flatMap(([first]) => (first ? [timeOf(first)] : []));
    const groups = grouped(calls.filter(isPaid), (call) =>
      [runOf(call, retriedAt), call.role, call.task, call.requestHash].join('/'),
    );
    return [...groups.values()].flatMap((group) => {
      const repeated = group.length - 1 - group.slice(0, -1).filter(asksAnew).length;
      const lostByModel = Math.min(repeated, group.filter(({ fault }) => losing.has(fault)).length);
      const [first] = group;
      return repeated > 0 && first
        ? [{ goalId: seen.goalId, what: nameOf(first), repeated, lostByModel }]
        : [];
    });
  });
}

export function repeatRate(evidence: Evidence): RepeatRate {
  const paid = sum(callsByGoal(evidence), ({ calls }) => calls.filter(isPaid).length);
  const repeated = sum(repeatsIn(evidence), ({ repeated: times }) => times);
  return { paid, repeated, rate: paid === 0 ? 0 : repeated / paid };
}

export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
