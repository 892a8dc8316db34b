import type { Goal } from '@baton/shared/contract/goal';
import type { Submission } from '../flows/submit-goal.ts';
import { ProblemError } from './problem.ts';

export function tooManyGoals(mostOpen: number): ProblemError {
  return new ProblemError(
    'too_many_goals',
    `${mostOpen} goals of this tenant have not ended: wait for some of them, or raise TENANT_MAX_GOALS.`,
  );
}

export function budgetExhausted(nextDayInMs: number): ProblemError {
  return new ProblemError(
    'budget_exhausted',
    "This tenant has spent its budget of today (TENANT_BUDGETS): the next day's begins at midnight UTC.",
    [],
    Math.ceil(nextDayInMs / 1_000),
  );
}

/** The goal that an Idempotency-Key has made; throws where there is none any more. */
export function kept<Shown>(goal: Shown | null): Shown {
  if (goal !== null) return goal;
  throw new ProblemError(
    'conflict',
    'The goal that this Idempotency-Key has made is no longer kept: use a new key for a new goal.',
  );
}

/** The new goal that a submission has led to; throws the problem where it has led to none. */
export function accepted(submission: Exclude<Submission, { kind: 'replayed' }>): Goal {
  if (submission.kind === 'accepted') return submission.goal;
  if (submission.kind === 'full') throw tooManyGoals(submission.mostOpen);
  if (submission.kind === 'exhausted') throw budgetExhausted(submission.nextDayInMs);
  throw new ProblemError(
    'idempotency_mismatch',
    'This Idempotency-Key came with another body within the last 24 hours: use a new key for a new goal.',
  );
}
