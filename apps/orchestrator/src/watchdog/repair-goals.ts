import { isTerminal } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { readGoalProgress } from '@baton/shared/ledger/goal-record';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { quietGoals, type QuietGoal } from '@baton/shared/ledger/watch';
import type { Logger } from '@baton/shared/telemetry/logger';
import { readCarrier } from '@baton/shared/telemetry/trace-carrier';
import { inTrace } from '@baton/shared/telemetry/tracing';
import type { GoalsQueue } from '../flows/goals-queue.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import type { Duty } from './watchdog.ts';

export interface RepairGoalsDeps {
  readonly ledger: Ledger;
  readonly queue: Pick<GoalsQueue, 'restore'>;
  readonly runs: Pick<RunSubmitter, 'isMoving' | 'restart'>;
  readonly logger: Logger;
  /** ms without an event after which a goal is looked at. */
  readonly quietMs: number;
}

/** Rounds in which a goal that moved is not looked at again, though it says nothing: it waits for a worker, or for its model. */
const ROUNDS_OF_TRUST = 6;

/** What the last look at a goal found, while no event has come since. */
interface Look {
  readonly eventId: string;
  readonly moved: boolean;
  readonly round: number;
}

/**
 * Finds goals that nothing moves on any more, and sets them going again.
 *
 * 1. A goal whose flow is not known to be whole must have a job in the goals queue that will run; one without gets it anew.
 * 2. A goal whose flow is whole must have a job that moves. When none does in two looks with no event between them, the
 *    goal goes on as a new rev with what has not ended: jobs were lost, or failed for good.
 * 3. A goal whose plan waits for somebody's word is left alone.
 * 4. Whatever else acts on the goal meanwhile wins: every step is the compare-and-set that planning itself uses.
 * 5. A goal that can't be looked at holds up no other.
 */
export function goalRepairer({ ledger, queue, runs, logger, quietMs }: RepairGoalsDeps): Duty['run'] {
  let round = 0;
  let looks = new Map<string, Look>();

  /** Resolves to what is to be remembered of it. */
  async function repair({ goalId, eventId }: QuietGoal): Promise<Look | null> {
    const known = looks.get(goalId);
    const last = known?.eventId === eventId ? known : null;
    if (last?.moved && round - last.round < ROUNDS_OF_TRUST) return last;
    const goal = await readGoalProgress(ledger, goalId);
    if (!goal || isTerminal(goal.status) || goal.status === 'awaiting_approval') return null;
    if (!goal.isPlanned || goal.submittedRev !== goal.rev) {
      const { retries, priority, acceptedAt, trace } = goal;
      const isRestored = await inTrace(readCarrier(trace), () =>
        queue.restore({ goalId, retries }, { priority, acceptedAt }),
      );
      if (isRestored) logger.warn({ goalId }, 'the goal had no job in the goals queue: it has one again');
      return { eventId, moved: true, round };
    }
    const moved = await runs.isMoving(goalId);
    if (moved || !last || last.moved) return { eventId, moved, round };
    failpoint('watchdog.found');
    logger.warn({ goalId }, 'no job of the goal moves: starting over with what has not ended');
    await runs.restart(goalId);
    failpoint('watchdog.repaired');
    return null;
  }

  return async (stopped) => {
    round += 1;
    const next = new Map<string, Look>();
    for await (const page of quietGoals(ledger, quietMs)) {
      for (const goal of page) {
        if (stopped.aborted) return;
        const look = await repair(goal).catch((error: Error) => {
          logger.warn({ goalId: goal.goalId, err: error }, 'repair failed: tried again in the next round');
          return null;
        });
        if (look) next.set(goal.goalId, look);
      }
    }
    looks = next;
  };
}
