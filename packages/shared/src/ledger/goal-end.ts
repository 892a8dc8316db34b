import { goalEndedEvent, taskEndedEvent } from '../contract/event.ts';
import type { GoalStatus, TerminalGoalStatus } from '../contract/goal-status.ts';
import { promptVersions } from '@baton/plan/prompts/versions';
import type { Citation, GoalError, Missing } from '../contract/goal.ts';
import type { Review } from '../contract/review.ts';
import { unworked, type OutcomeStatus } from '../contract/task-outcome.ts';
import { tellPhase, type LeftPhase } from './goal-phase.ts';
import { headText, type PlanHead } from './goal-record.ts';
import type { Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { outcomeText } from './task-record.ts';

export interface GoalEnd {
  readonly status: TerminalGoalStatus;
  /** The rev that decided it, or null when it ends whatever is running. */
  readonly rev: number | null;
  /** Of the run that decided it; null for whoever needs none. */
  readonly lease: Lease | null;
  /** Jobs of the run may be in Redis that nothing else ends: they are to be removed. */
  readonly leavesJobs?: boolean;
  /** Nothing is ended before its deadline, by Redis's clock: the goal may have been set going again since it was looked at. */
  readonly onlyIfOverdue?: boolean;
  /** Nothing is ended but a sub-goal whose goal has ended, or whose task has. */
  readonly onlyIfUnwanted?: boolean;
  /** Nothing is ended in another status. */
  readonly onlyFrom?: GoalStatus;
  readonly output?: string;
  /** Tasks that the output cites. */
  readonly citations?: readonly Citation[];
  /** Of each version of the output. */
  readonly reviews?: readonly Review[];
  readonly missing?: readonly Missing[];
  readonly error?: GoalError;
  readonly plan?: PlanHead;
  /** How tasks that have no outcome yet ended, and why. */
  readonly openTasks?: { status: OutcomeStatus; reason: string };
}

const defaultOpenTasks = { status: 'cancelled', reason: 'The goal ended before this task did.' } as const;

/** Ends a goal once; false when it had ended already, had moved to another rev, is somebody else's to end, or is gone. */
export async function endGoal(
  ledger: Ledger,
  goalId: string,
  end: GoalEnd,
  retentionMs: number,
): Promise<boolean> {
  const keys = ledger.goal(goalId);
  const open = end.openTasks ?? defaultOpenTasks;
  const outcome = unworked(open.status, open.reason);
  const fields: string[] = ['prompts', JSON.stringify(promptVersions)];
  if (end.output !== undefined) fields.push('output', end.output);
  if (end.citations?.length) fields.push('citations', JSON.stringify(end.citations));
  if (end.reviews?.length) fields.push('reviews', JSON.stringify(end.reviews));
  if (end.missing?.length) fields.push('missing', JSON.stringify(end.missing));
  if (end.error) fields.push('error', JSON.stringify(end.error));
  if (end.plan) fields.push('plan', headText(end.plan), 'taskIds', JSON.stringify(end.plan.taskIds));
  const keyspace = ledger.keyspace.of(goalId);
  const reply = (await ledger.run(
    end.onlyIfUnwanted ? 'endUnwantedGoal' : 'endGoal',
    [
      keys.goal,
      keys.tasks,
      keys.events,
      keys.journal,
      keys.deliveries,
      keyspace.openGoals,
      keyspace.outbox,
      keyspace.closingRuns,
      keyspace.endedGoals,
      keyspace.openCounts,
    ],
    [
      goalId,
      end.rev ?? '',
      end.lease?.place ?? '',
      end.lease?.number ?? '',
      end.status,
      goalEndedEvent(end.status),
      JSON.stringify({
        ...(end.error && { error: end.error }),
        ...(end.missing?.length && { missing: end.missing }),
      }),
      outcomeText(outcome),
      taskEndedEvent(open.status),
      keyspace.endedChannel,
      retentionMs,
      end.leavesJobs ? 1 : 0,
      end.onlyIfOverdue ? 1 : 0,
      end.onlyFrom ?? '',
      ...fields,
    ],
  )) as readonly [LeftPhase, totalMs: string] | 0;
  if (reply === 0) return false;
  const [left, totalMs] = reply;
  tellPhase(ledger, left);
  ledger.watch.phaseEnded('total', Number(totalMs));
  return true;
}

export type Retried =
  | { readonly kind: 'gone' }
  /** It goes on, or it succeeded. */
  | { readonly kind: 'refused' }
  /** The tenant has as many open goals as it may. */
  | { readonly kind: 'full' }
  /** `retries`: times that it was set going again, this one included. */
  | { readonly kind: 'retried'; readonly retries: number };

/**
 * Sets an ended goal going again with what did not succeed; what succeeded is kept.
 * @param mostOpen goals of its tenant that may be open at once; no limit unless given.
 */
export async function retryGoal(ledger: Ledger, goalId: string, mostOpen = 0): Promise<Retried> {
  const keys = ledger.goal(goalId);
  const keyspace = ledger.keyspace.of(goalId);
  const [kind, detail] = (await ledger.run(
    'retryGoal',
    [
      keys.goal,
      keys.tasks,
      keys.events,
      keys.journal,
      keys.deliveries,
      keyspace.openGoals,
      keyspace.endedGoals,
      keyspace.openCounts,
    ],
    [goalId, mostOpen],
  )) as [Retried['kind'], string | number | undefined];
  return kind === 'retried' ? { kind, retries: Number(detail) } : { kind };
}
