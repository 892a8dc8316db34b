import type { Evidence } from '../evidence/evidence.ts';
import type { Expectations, Violation } from './violation.ts';

const invariant = 'success-rate';

/** A run in which most goals fail shows nothing of what it is meant to show. */
export function checkSuccessRate(
  { goals }: Evidence,
  { minSuccess }: Required<Omit<Expectations, 'except'>>,
): Violation[] {
  const counted = goals.filter(({ goal, parent }) => parent === null && goal?.status !== 'cancelled');
  const succeeded = counted.filter(({ goal }) => goal?.status === 'succeeded').length;
  if (counted.length === 0 || succeeded / counted.length >= minSuccess) return [];
  const failed = counted.find(({ goal }) => goal?.status !== 'succeeded');
  const why = failed?.goal?.error ?? failed?.goal?.missing[0];
  const first = failed
    ? `; the first that did not: ${failed.goalId}, ${failed.goal?.status} (${JSON.stringify(why)})`
    : '';
  return [
    {
      invariant,
      message: `${succeeded} of ${counted.length} goals succeeded, where ${minSuccess * 100} % must${first}`,
    },
  ];
}
