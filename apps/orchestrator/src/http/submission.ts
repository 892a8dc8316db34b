import type { Goal } from '@baton/shared/contract/goal';
import type { Submission } from '../flows/submit-goal.ts';
import { ProblemError } from './problem.ts';

export function tooManyGoals(mostOpen: number): ProblemError {
  return new ProblemError(
    'too_many_goals',
    `${mostOpen} goals of this tenant have not ended: wait for some of them, or raise TENANT_MAX_GOALS.`,
  );
}

function refusal(submission: Exclude<Submission, { goal: Goal }>): ProblemError {
  if (submission.kind === 'full') return tooManyGoals(submission.mostOpen);
  return submission.kind === 'mismatch'
    ? new ProblemError(
        'idempotency_mismatch',
        'This Idempotency-Key came with another body within the last 24 hours: use a new key for a new goal.',
      )
    : new ProblemError(
        'conflict',
        'The goal that this Idempotency-Key has made is no longer kept: use a new key for a new goal.',
      );
}

/** The goal that a submission has led to; throws the problem where it has led to none. */
export function accepted(submission: Submission): { goal: Goal; isReplay: boolean } {
  if (!('goal' in submission)) throw refusal(submission);
  return { goal: submission.goal, isReplay: submission.kind === 'replayed' };
}
