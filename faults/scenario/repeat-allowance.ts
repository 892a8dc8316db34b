import type { FailpointName } from '@baton/shared/failpoints/failpoint';
import type { Strike } from './strike.ts';

/** An answer is in hand and nowhere else. */
const answered: ReadonlySet<FailpointName> = new Set([
  'plan.call.answered',
  'replan.call.answered',
  'task.call.answered',
  'assessment.call.answered',
  'synthesis.call.answered',
]);

/** The ledger has allowed a call that is not sent: a process that stands still here may send it when it wakes. */
const begun: ReadonlySet<FailpointName> = new Set([
  'plan.call.begun',
  'replan.call.begun',
  'task.call.begun',
  'assessment.call.begun',
  'synthesis.call.begun',
]);

/**
 * Calls that may be paid for again after a strike at this place: none, but where an answer was lost with the process, or
 * where a process that was replaced while it stood still had been allowed a call. Everything else that is repeated is a bug.
 * @param othersInFlight calls that the process had in flight besides the one whose step passed the place; each may be lost
 */
export function allowedRepeats(failpoint: FailpointName, strike: Strike, othersInFlight = 0): number {
  const own = answered.has(failpoint) || (strike === 'stop' && begun.has(failpoint));
  return othersInFlight + Number(own && strike !== 'cut');
}
