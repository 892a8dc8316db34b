import { failpoint } from '@baton/shared/failpoints/failpoint';
import { endGoal, type GoalEnd } from '@baton/shared/ledger/goal-end';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';

/** Ends a goal; false when it had ended already, had moved to another rev, is somebody else's to end, or is gone. */
export type EndGoal = (goalId: string, end: GoalEnd) => Promise<boolean>;

export interface EndGoalDeps {
  readonly ledger: Ledger;
  readonly retentionMs: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export function goalEnder({ ledger, retentionMs, metrics, logger }: EndGoalDeps): EndGoal {
  return async (goalId, end) => {
    failpoint('goal.ending');
    const ended = await endGoal(ledger, goalId, end, retentionMs);
    failpoint('goal.ended');
    if (ended) {
      metrics.goalsEnded.inc({ status: end.status });
      logger.info({ goalId, status: end.status, error: end.error?.type }, 'goal ended');
    }
    return ended;
  };
}
