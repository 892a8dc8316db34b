import type { Review } from '../contract/review.ts';
import type { DigestReview } from './goal-digest.ts';

function passed({ verdict }: Review): boolean | null {
  return verdict === 'none' ? null : verdict === 'pass';
}

/** Of all versions of a result; null of one that nobody was asked about. */
export function reviewOf(reviews: readonly Review[]): DigestReview | null {
  const [first, last] = [reviews.at(0), reviews.at(-1)];
  if (!first || !last) return null;
  return {
    rounds: reviews.length,
    firstPassed: passed(first),
    lastPassed: passed(last),
    scores: last.scores,
  };
}
