import { shortHash } from '@baton/emulator/calls/goal-hash';
import type { CallRecord, Evidence, GoalSeen } from '../evidence/evidence.ts';
import { grouped } from './grouped.ts';

export interface GoalCalls {
  readonly seen: GoalSeen;
  /** In the order of their arrival. */
  readonly calls: readonly CallRecord[];
}

/** The calls of each goal, which the emulator knows by the goal's text. */
export function callsByGoal({ goals, model }: Evidence): GoalCalls[] {
  const byHash = grouped(model.calls, ({ goalHash }) => goalHash);
  return goals.map((seen) => ({ seen, calls: byHash.get(shortHash(seen.text.trim())) ?? [] }));
}

export function isPaid({ paidAt }: CallRecord): boolean {
  return paidAt !== null;
}

/** For messages. */
export function nameOf({
  role,
  task,
  requestHash,
}: Pick<CallRecord, 'role' | 'task' | 'requestHash'>): string {
  return `${task === null ? role : `task ${task}`} (request ${requestHash})`;
}
