import type { ErrorPattern } from '../contract/analytics.ts';
import type { GoalDigest, Trouble } from './goal-digest.ts';
import { inOrder, shareOf } from './rounding.ts';

/** Patterns of one report. */
export const MOST_PATTERNS = 50;
const MOST_EXAMPLES = 3;

function patternOf(troubles: readonly Trouble[]): ErrorPattern | null {
  const [first] = troubles;
  if (!first) return null;
  const { kind, cause, message } = first;
  const sum = (of: (trouble: Trouble) => number): number => troubles.reduce((all, each) => all + of(each), 0);
  const count = sum((trouble) => trouble.count);
  const recovered = sum((trouble) => (trouble.recovered ? trouble.count : 0));
  const times = (of: (trouble: Trouble) => number): number[] => troubles.map(of);
  return {
    kind,
    cause,
    message,
    count,
    recovered,
    recoveredShare: shareOf(recovered, count),
    workerTypes: [...new Set(troubles.flatMap(({ worker }) => worker ?? []))].toSorted(inOrder),
    goals: new Set(troubles.map(({ goalId }) => goalId)).size,
    examples: troubles.slice(0, MOST_EXAMPLES).map(({ goalId, taskId }) => ({ goalId, taskId })),
    firstSeenAt: new Date(
      times(({ firstAt }) => firstAt).reduce((one, other) => Math.min(one, other)),
    ).toISOString(),
    lastSeenAt: new Date(
      times(({ lastAt }) => lastAt).reduce((one, other) => Math.max(one, other)),
    ).toISOString(),
  };
}

/** What went wrong, by kind, cause and message, the most frequent first; examples are of the newest goals. */
export function errorPatterns(digests: readonly GoalDigest[]): { items: ErrorPattern[]; hasMore: boolean } {
  const groups = new Map<string, Trouble[]>();
  for (const trouble of digests.flatMap(({ troubles }) => troubles)) {
    const id = JSON.stringify([trouble.kind, trouble.cause, trouble.message]);
    const group = groups.get(id);
    if (group) group.push(trouble);
    else groups.set(id, [trouble]);
  }
  const items = [...groups.values()]
    .flatMap((troubles) => patternOf(troubles) ?? [])
    .toSorted(
      (one, other) =>
        other.count - one.count ||
        inOrder(other.lastSeenAt, one.lastSeenAt) ||
        inOrder(one.message, other.message),
    );
  return { items: items.slice(0, MOST_PATTERNS), hasMore: items.length > MOST_PATTERNS };
}
