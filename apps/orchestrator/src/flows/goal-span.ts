import type { GoalEnd } from '@baton/shared/ledger/goal-end';
import type { GoalRelations } from '@baton/shared/ledger/sub-goals';
import { readCarrier } from '@baton/shared/telemetry/trace-carrier';
import { inTrace, openSpan } from '@baton/shared/telemetry/tracing';

/** What has not come to an answer. */
const unanswered: ReadonlySet<string> = new Set(['failed', 'expired']);

/** The goal as a whole, from its acceptance until now: one span, written when it has ended, beside those of its parts. */
export function tellGoalSpan(
  goalId: string,
  { status, error }: Pick<GoalEnd, 'status' | 'error'>,
  { trace, createdAt, parent }: Pick<GoalRelations, 'trace' | 'createdAt' | 'parent'>,
): void {
  const carrier = readCarrier(trace);
  if (carrier === null) return;
  inTrace(carrier, () => {
    const span = openSpan('goal', {
      startedAt: createdAt,
      attributes: {
        'baton.goal.id': goalId,
        'baton.goal.status': status,
        'baton.goal.parent': parent?.goalId,
      },
    });
    if (unanswered.has(status)) span.fail(error?.type ?? status);
    span.end();
  });
}
