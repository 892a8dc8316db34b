import { withoutCitations } from '@baton/plan/citations';
import type { TerminalGoalStatus } from '@baton/shared/contract/goal-status';
import type { Outcome, OutcomeStatus } from '@baton/shared/contract/task-outcome';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { readGoalEnd, type EndedGoal } from '@baton/shared/ledger/sub-goals';
import { readTaskResults } from '@baton/shared/ledger/task-results';
import { BUDGET_EXHAUSTED } from '@baton/shared/model/budget-exceeded';
import { collectItems } from './collect-items.ts';

const statuses: Readonly<Record<TerminalGoalStatus, OutcomeStatus>> = {
  succeeded: 'succeeded',
  partially_succeeded: 'partial',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'failed',
};

const unexplained: Readonly<Record<OutcomeStatus, string[]>> = {
  succeeded: [],
  partial: ['Its own goal gave only a part of what it was to give.'],
  failed: ['Its own goal failed.'],
  skipped: [],
  cancelled: ['Its own goal was cancelled.'],
};

function errorsOf({ error, missing }: EndedGoal, status: OutcomeStatus): string[] {
  const why = [
    ...(error ? [error.message] : []),
    ...missing.map(({ taskId, reason }) => `${taskId}: ${reason}`),
  ];
  return status === 'succeeded' ? [] : why.length > 0 ? why : (unexplained[status] ?? []);
}

/** What a task's outcome is, by how its sub-goal ended; null when there is none (any more), or it goes on. */
export async function subGoalOutcome(ledger: Ledger, subGoal: string): Promise<Outcome | null> {
  const ended = await readGoalEnd(ledger, subGoal);
  if (!ended) return null;
  const { kind, depth, head, output, usage, simulated } = ended;
  const status = output === null && ended.status === 'succeeded' ? 'failed' : statuses[ended.status];
  const list =
    kind === 'each' && head ? collectItems(await readTaskResults(ledger, subGoal, head)).list : null;
  return {
    status,
    output: output === null || kind === 'each' ? output : withoutCitations(output, head?.taskIds ?? []),
    errors: errorsOf(ended, status),
    usage,
    simulated,
    reviews: [],
    metadata: {
      subGoal,
      depth,
      ...(list && { list }),
      ...(ended.error?.type === BUDGET_EXHAUSTED && { budget: 'goal' }),
    },
  };
}
