import { unworked, type Outcome } from '../../contract/task-outcome.ts';
import { endGoal, type GoalEnd } from '../../ledger/goal-end.ts';
import { recordOutcome } from '../../ledger/task-record.ts';
import { dayOf } from '../../ledger/usage-report.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { leaseOf, openTestLedger, RETENTION, runningGoal, TENANT } from '../../ledger/testing/test-ledger.ts';
import { readAnalytics } from '../read-analytics.ts';

const wanted = new AbortController().signal;
export const ended: GoalEnd = { status: 'succeeded', rev: null, lease: null, output: 'Tea.' };

export function worked(
  status: Outcome['status'],
  errors: string[] = [],
  fields: Partial<Outcome> = {},
): Outcome {
  return { ...unworked(status, ...errors), output: 'x'.repeat(50), ...fields };
}

/** Takes a task of the test's plan up and ends it. */
export async function done(
  ledger: Ledger,
  goalId: string,
  taskId: string,
  outcome = worked('succeeded'),
  rev = 1,
): Promise<void> {
  const reference = { goalId, rev, taskId };
  const dependents = taskId === 'advice' ? [] : ['advice'];
  await recordOutcome(ledger, reference, await leaseOf(ledger, reference), outcome, dependents);
}

/** A goal whose three tasks have succeeded. */
export async function endedGoal(ledger: Ledger, goalId = 'goal_1', fields: object = {}): Promise<string> {
  await runningGoal(ledger, goalId, fields);
  for (const taskId of ['tea', 'coffee', 'advice']) await done(ledger, goalId, taskId);
  await endGoal(ledger, goalId, ended, RETENTION);
  return goalId;
}

/** A ledger of its own, and analytics of it. */
export function openTestAnalytics() {
  const test = openTestLedger();
  const today = dayOf(Date.now());
  const read = (fields: object = {}, limits = { most: 10, mostLookedAt: 20, atOnce: 2 }, tenant = TENANT) =>
    readAnalytics(
      test.ledger,
      tenant,
      { from: today, to: today, recipe: null, labels: {}, ...fields },
      wanted,
      limits,
    );
  const digestOf = (goalId: string): Promise<string | null> =>
    test.redis.get(test.ledger.goal(goalId).digest);
  return { ...test, today, read, digestOf };
}
