import type { Review } from '../contract/review.ts';
import { meanScore } from '../progress/review-data.ts';
import { span, type Span } from './styled-line.ts';

const marks = {
  pass: ['✓', 'green'],
  fail: ['✗', 'red'],
  none: ['?', 'yellow'],
} as const;

/** `0.62`; `–` without scores. */
export function scoreText({ scores }: Pick<Review, 'scores'>): string {
  return scores === null ? '–' : meanScore(scores).toFixed(2);
}

/** What the judges said of each version, by verdict and mean score: `judged ✗ 0.62 ✓ 0.91`. Nothing where there is no review. */
export function reviewMarks(reviews: readonly Review[]): Span[] {
  if (reviews.length === 0) return [];
  return [
    span('  judged', 'dim'),
    ...reviews.map((review) => {
      const [icon, style] = marks[review.verdict];
      return span(` ${icon} ${scoreText(review)}`, style);
    }),
  ];
}
