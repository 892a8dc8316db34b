import { awaitsFlow } from '@baton/shared/ledger/plan-amendment';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { Unfinished } from '@baton/shared/queue/job-worker';
import type { RunSubmitter } from './submit-run.ts';

/** A job of a goal's rev. */
interface RevJob {
  readonly goalId: string;
  readonly rev: number;
}

/** ms after which a job whose flow could not be added runs again. */
const AGAIN_AFTER = 1_000;

/** Adds the flow of the rev that this job has moved its goal on to. Should that fail, the job runs again, and {@link takeUpNextRev} adds it. */
export async function beginNextRev(
  runs: Pick<RunSubmitter, 'begin'>,
  { goalId, rev }: RevJob,
): Promise<void> {
  try {
    await runs.begin(goalId, rev + 1);
  } catch (cause) {
    throw new Unfinished(AGAIN_AFTER, { cause });
  }
}

/** For a job whose rev is over: sees to the flow of the next one, since whoever moved the goal on may have died before it was added. */
export async function takeUpNextRev(
  { ledger, runs }: { readonly ledger: Ledger; readonly runs: Pick<RunSubmitter, 'resume'> },
  { goalId, rev }: RevJob,
): Promise<void> {
  if (await awaitsFlow(ledger, goalId, rev)) await runs.resume(goalId);
}
