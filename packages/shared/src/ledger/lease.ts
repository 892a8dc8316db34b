import { randomUUID } from 'node:crypto';
import type { Ledger } from './ledger.ts';

export { MOST_DEATHS } from './scripts/prelude.ts';

/** What takes leases besides tasks; no task's id has a colon. */
export const PLANNER = ':planner';
export const REPLANNER = ':replanner';
export const SYNTHESIS = ':synthesis';
export const ASSESSOR = ':assessor';

/**
 * The right to act for one place of a goal (a task's id, or one of Baton's own roles). A later run of the same place takes
 * it over by a higher number: the earlier one, should it still be alive, may from then on neither call nor commit.
 */
export interface Lease {
  readonly place: string;
  /** Counts from 1 within the goal. */
  readonly number: number;
}

/** Names one run, so that a request for a lease that had to be sent twice gets one. */
export function newRun(): string {
  return randomUUID();
}

/** Lets go of a lease after something failed; whatever comes of that, the failure is what is to be told. */
export async function abandonLease(ledger: Ledger, goalId: string, lease: Lease): Promise<void> {
  await releaseLease(ledger, goalId, lease).catch(() => undefined);
}

/**
 * Lets go of a lease without an end, so that the place's next run does not count this one as dead. One that was taken over
 * meanwhile was counted so already, and the count is taken back.
 * @param isPutBack its job waits for something: the next run goes on with the same attempt.
 * @returns false when it was taken over.
 */
export async function releaseLease(
  ledger: Ledger,
  goalId: string,
  lease: Lease,
  isPutBack = false,
): Promise<boolean> {
  const keys = ledger.goal(goalId);
  const args = [lease.place, lease.number, isPutBack ? 1 : 0];
  return (await ledger.run('releaseLease', [keys.goal, keys.tasks], args)) === 1;
}
