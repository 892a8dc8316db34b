import { isTerminal } from '@baton/shared/contract/goal-status';
import { readGoalProgress } from '@baton/shared/ledger/goal-record';
import { releaseLease, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { JobAborted } from '@baton/shared/queue/job-worker';

/**
 * Lets go of the lease of a run that did not commit. Throws when the goal still waits for somebody to: the job may be this
 * run's all the same, and is to be run again.
 * @param rev the run's; another one is somebody else's concern.
 */
export async function letGo(ledger: Ledger, goalId: string, rev: number, lease: Lease): Promise<void> {
  await releaseLease(ledger, goalId, lease);
  const progress = await readGoalProgress(ledger, goalId);
  if (progress && !isTerminal(progress.status) && progress.rev === rev) throw new JobAborted('lock_lost');
}
