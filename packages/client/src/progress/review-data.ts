import type { Review, Scores } from '../contract/review.ts';
import { numberIn, textIn, textsIn, type EventData } from './event-data.ts';

const verdicts: ReadonlySet<string> = new Set<Review['verdict']>(['pass', 'fail', 'none']);

/** `task.reviewed`, and `goal.judged` about the answer; null where it is none that this release knows. */
export function reviewIn(data: EventData): Review | null {
  const round = numberIn(data, 'round');
  const verdict = textIn(data, 'verdict');
  if (round === null || verdict === null || !verdicts.has(verdict)) return null;
  return {
    round,
    verdict: verdict as Review['verdict'],
    scores: scoresIn(data['scores']),
    feedback: textsIn(data, 'feedback'),
    judges: numberIn(data, 'judges') ?? 0,
    passes: numberIn(data, 'passes') ?? 0,
  };
}

function scoresIn(value: unknown): Scores | null {
  if (typeof value !== 'object' || value === null) return null;
  const given = value as EventData;
  const [accuracy, completeness, requirements, consistency] = [
    numberIn(given, 'accuracy'),
    numberIn(given, 'completeness'),
    numberIn(given, 'requirements'),
    numberIn(given, 'consistency'),
  ];
  if (accuracy === null || completeness === null || requirements === null || consistency === null)
    return null;
  return { accuracy, completeness, requirements, consistency };
}

/** The reviews after one more: a result that is judged again from the start replaces what was said of it before. */
export function withReview(reviews: readonly Review[], review: Review): readonly Review[] {
  return [...reviews.filter(({ round }) => round < review.round), review];
}

/** The mean of the four scores, from 0 to 1. */
export function meanScore({ accuracy, completeness, requirements, consistency }: Scores): number {
  return (accuracy + completeness + requirements + consistency) / 4;
}
