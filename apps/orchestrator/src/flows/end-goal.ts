import { terminalGoalStatuses } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { endGoal, type GoalEnd } from '@baton/shared/ledger/goal-end';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { readRelations } from '@baton/shared/ledger/sub-goals';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { unwantedEnd } from '../hierarchy/end-below.ts';
import { tellGoalSpan } from './goal-span.ts';
import type { WaitingQueue } from '../hierarchy/waiting-queue.ts';

/** Ends a goal; false when it had ended already, had moved to another rev, is somebody else's to end, or is gone. */
export type EndGoal = (goalId: string, end: GoalEnd) => Promise<boolean>;

export interface EndGoalDeps {
  readonly ledger: Ledger;
  readonly retentionMs: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly waiting: Pick<WaitingQueue, 'wake'>;
}

export function goalEnder({ ledger, retentionMs, metrics, logger, waiting }: EndGoalDeps): EndGoal {
  // A series that begins with the first goal of its kind would hide that goal from every rate.
  for (const status of terminalGoalStatuses) metrics.goalsEnded.inc({ status }, 0);

  /** Up to the task that waits for this goal, and down to the goals that were made for it. */
  async function passOn(goalId: string, how: GoalEnd): Promise<void> {
    const { status, onlyIfUnwanted } = how;
    const relations = await readRelations(ledger, goalId);
    tellGoalSpan(goalId, how, relations);
    const { waitingJob, subGoals } = relations;
    if (waitingJob !== null && !onlyIfUnwanted) {
      await waiting.wake(waitingJob);
      failpoint('subgoal.woken');
    }
    for (const subGoal of subGoals) await end(subGoal, unwantedEnd(status));
  }

  async function end(goalId: string, how: GoalEnd): Promise<boolean> {
    failpoint('goal.ending');
    const ended = await endGoal(ledger, goalId, how, retentionMs);
    failpoint('goal.ended');
    if (!ended) return false;
    metrics.goalsEnded.inc({ status: how.status });
    logger.info({ goalId, status: how.status, error: how.error?.type }, 'goal ended');
    // It has ended whatever comes now: who waits looks by itself, and the watchdog ends what is left.
    await passOn(goalId, how).catch((error: Error) =>
      logger.warn({ goalId, err: error }, 'the end was not passed on at once'),
    );
    return true;
  }

  return end;
}
