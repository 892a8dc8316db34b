/**
 * Whether a goal may finish early. BullMQ starts the job when all tasks of high priority have ended.
 *
 * 1. Nothing is asked when nothing is open, or a task of high priority gave nothing to rely on.
 * 2. Only a clear yes ends anything: what the assessor says otherwise, or fails to say, leaves every task as it is.
 * 3. A yes moves the goal on to its next rev in one script, under the assessment's lease: what is open has its outcome, and
 *    that rev holds the synthesis alone. Work of the old rev is told to end; what it still records is of an older rev.
 * 4. It may be run again at any point. Should the process die, or Redis fail it, when the goal has moved on and its flow is not
 *    added, its next run adds it.
 */
import { isUsable } from '@baton/plan/task-readiness';
import type { AssessmentJob } from '@baton/shared/contract/queues';
import { unworked, type Outcome } from '@baton/shared/contract/task-outcome';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { appendEvents, type NewEvent } from '@baton/shared/ledger/event-log';
import { readGoalFacts, takePlace, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { readTaskResults, type TaskResult } from '@baton/shared/ledger/task-results';
import { rolePurpose } from '@baton/shared/ledger/goal-purpose';
import { abandonLease, ASSESSOR, releaseLease, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { amendPlan } from '@baton/shared/ledger/plan-amendment';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import type { Logger } from '@baton/shared/telemetry/logger';
import { letGo } from '../flows/let-go.ts';
import { beginNextRev, takeUpNextRev } from '../flows/next-rev.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import type { Assessment, AssessmentRequest } from './ask-assessor.ts';

export interface AssessGoalDeps {
  readonly ledger: Ledger;
  /** Rejects only with what the queue should try again. */
  readonly askAssessor: (request: AssessmentRequest, signal: AbortSignal) => Promise<Assessment>;
  readonly runs: Pick<RunSubmitter, 'begin' | 'resume'>;
  /** Ends the sub-goals of tasks that are not needed any more. */
  readonly endBelow: (goalId: string) => Promise<void>;
  readonly logger: Logger;
}

function isOpen({ outcome }: TaskResult): boolean {
  return outcome === null;
}

/** Something could be left out, and what is important is there. */
function isWorthAsking(results: readonly TaskResult[]): boolean {
  const high = results.filter(({ task }) => task.priority === 'high');
  return results.some(isOpen) && high.every(({ outcome }) => outcome !== null && isUsable(outcome.status));
}

function leftOut(reason: string): Outcome {
  const outcome = unworked('cancelled', `Not needed: the goal was finished early: ${reason}`);
  return { ...outcome, metadata: { finishedEarly: true } };
}

/** The goal of this rev with its results, or null when there is nothing to ask. */
async function look(
  ledger: Ledger,
  { goalId, rev }: AssessmentJob,
): Promise<{ facts: GoalFacts; results: TaskResult[] } | null> {
  const facts = await readGoalFacts(ledger, goalId);
  if (!facts?.plan || facts.rev !== rev || facts.status !== 'running') return null;
  const results = await readTaskResults(ledger, goalId, facts.plan);
  return isWorthAsking(results) ? { facts, results } : null;
}

/** False when somebody else has moved the goal on, or has taken the assessment over. */
async function finish(
  { ledger, runs, endBelow, logger }: AssessGoalDeps,
  job: AssessmentJob,
  lease: Lease,
  { reason }: Assessment,
  event: NewEvent,
): Promise<boolean> {
  const { goalId, rev } = job;
  const isMine = await amendPlan(ledger, goalId, {
    rev,
    lease,
    plan: null,
    clear: [],
    end: leftOut(reason),
    event,
    counts: null,
    fields: { finishedEarly: reason },
  });
  failpoint('assessment.recorded');
  if (!isMine) return false;
  logger.info({ goalId, rev }, 'finished early: what was open is cancelled');
  await beginNextRev(runs, job);
  // The watchdog ends what is left.
  await endBelow(goalId).catch((error: Error) =>
    logger.warn({ goalId, err: error }, 'sub-goals that are not needed were not ended at once'),
  );
  return true;
}

/**
 * Asks once whether what is there suffices, and if so finishes the goal early.
 * @param waking the job that does so, to be woken when an answer is there that it doesn't wait for.
 */
export async function assessGoal(
  deps: AssessGoalDeps,
  job: AssessmentJob,
  signal: AbortSignal,
  waking: CallPurpose['job'] = null,
): Promise<void> {
  const { ledger } = deps;
  const { goalId, rev } = job;
  failpoint('assessment.taken');
  const found = await look(ledger, job);
  if (!found) return takeUpNextRev(deps, job);
  const { facts, results } = found;
  const advance = await takePlace(ledger, goalId, rev, ASSESSOR);
  failpoint('assessment.marked');
  // Where too many processes have died of it, everything goes on.
  if (advance.kind === 'refused' || advance.kind === 'spent') return;
  const { lease, retries } = advance;
  try {
    // By the time that a batch answers, more would be there, and it would be asked, and paid, anew.
    const purpose = { ...rolePurpose(ASSESSOR, facts, waking), latency: 'normal' as const };
    const word = await deps.askAssessor({ goalId, lease, retries, purpose, brief: facts, results }, signal);
    failpoint('assessment.decided');
    const event: NewEvent = { event: 'goal.judged', data: { about: 'early_finish', ...word } };
    // The last task may have ended meanwhile: then nothing is left out, and there is nothing to tell.
    const isLate = word.suffices && !(await look(ledger, job));
    if (word.suffices && !isLate) {
      if (await finish(deps, job, lease, word, event)) return;
    } else {
      if (!isLate) await appendEvents(ledger, goalId, rev, [event]);
      await releaseLease(ledger, goalId, lease);
      return;
    }
  } catch (error) {
    await abandonLease(ledger, goalId, lease);
    throw error;
  }
  await letGo(ledger, goalId, rev, lease);
}
