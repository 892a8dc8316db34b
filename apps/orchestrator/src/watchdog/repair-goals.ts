import { isTerminal } from '@baton/shared/contract/goal-status';
import { failpoint } from '@baton/shared/failpoints/failpoint';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { quietGoals, type QuietGoal } from '@baton/shared/ledger/watch';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { GoalsQueue } from '../flows/goals-queue.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';

export interface RepairGoalsDeps {
  readonly ledger: Ledger;
  readonly queue: Pick<GoalsQueue, 'restore'>;
  readonly runs: Pick<RunSubmitter, 'isMoving' | 'restart'>;
  readonly logger: Logger;
  /** ms without an event after which a goal is looked at. */
  readonly quietMs: number;
}

/**
 * Finds goals that nothing moves on any more, and sets them going again.
 *
 * 1. A goal whose flow is not known to be whole must have a job in the goals queue that will run; one without gets it anew.
 * 2. A goal whose flow is whole must have a job that moves. When none does in two looks with no event between them, the
 *    goal goes on as a new rev with what has not ended: jobs were lost, or failed for good.
 * 3. Whatever else acts on the goal meanwhile wins: every step is the compare-and-set that planning itself uses.
 */
export function goalRepairer({ ledger, queue, runs, logger, quietMs }: RepairGoalsDeps): () => Promise<void> {
  /** Goals found without a moving job in the last round, with the last event each had then. */
  let suspects: ReadonlyMap<string, string> = new Map();

  /** @returns true for a goal to be looked at again */
  async function repair({ goalId, eventId }: QuietGoal): Promise<boolean> {
    const facts = await readGoalFacts(ledger, goalId);
    if (!facts || isTerminal(facts.status)) return false;
    if (!facts.plan || facts.submittedRev !== facts.rev) {
      const isRestored = await queue.restore(goalId, facts.retries, facts.options.priority);
      if (isRestored) tell(goalId, 'the goal had no job in the goals queue: it has one again');
      return false;
    }
    if (await runs.isMoving(goalId)) return false;
    if (suspects.get(goalId) !== eventId) return true;
    failpoint('watchdog.found');
    tell(goalId, 'no job of the goal moves: starting over with what has not ended');
    await runs.restart(goalId);
    failpoint('watchdog.repaired');
    return false;
  }

  function tell(goalId: string, message: string): void {
    logger.warn({ goalId }, message);
  }

  return async () => {
    const next = new Map<string, string>();
    for await (const page of quietGoals(ledger, quietMs)) {
      for (const goal of page) {
        const isSuspect = await repair(goal).catch((error: Error) => {
          logger.warn(
            { goalId: goal.goalId, err: error },
            'repair failed: looked at again in the next round',
          );
          return false;
        });
        if (isSuspect) next.set(goal.goalId, goal.eventId);
      }
    }
    suspects = next;
  };
}
