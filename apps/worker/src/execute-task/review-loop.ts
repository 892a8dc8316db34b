/**
 * A result is judged, and revised while the judges send it back.
 *
 * 1. At most `rounds` revisions and `rounds + 1` reviews are made, whatever the judges say.
 * 2. What passes, or what no judge gave a verdict on, is taken as it is. What failed is never judged.
 * 3. A result that was given is never lost: when no revision of it passes, or none can be made, the last one is kept as partial.
 * 4. The same words lead to the same requests in the same order, so that a run that begins again pays for none of them twice.
 */
import type { Review } from '@baton/shared/contract/review';
import type { Revision } from '../define-worker.ts';
import type { Ending } from './run-worker.ts';

export interface ReviewLoop {
  /** Revisions that may be made; 0: nothing is judged. */
  readonly rounds: number;
  attempt(revision: Revision | null): Promise<Ending>;
  /** A review, or why there can be none: the task must make do with what it has. */
  review(round: number, output: string, previousFeedback: readonly string[]): Promise<Review | string>;
}

export interface Reviewed {
  readonly ending: Ending;
  readonly reviews: Review[];
  readonly revisions: number;
}

function kept(ending: Ending, ...errors: readonly string[]): Ending {
  return { ...ending, status: 'partial', errors: [...ending.errors, ...errors] };
}

function findings({ feedback }: Review): string {
  return feedback.join(' ');
}

function times(count: number): string {
  return count === 1 ? '1 revision' : `${count} revisions`;
}

export async function reviewed({ rounds, attempt, review }: ReviewLoop): Promise<Reviewed> {
  const reviews: Review[] = [];
  let ending = await attempt(null);
  let feedback: readonly string[] = [];
  for (let round = 1; ; round += 1) {
    const revisions = round - 1;
    const { output } = ending;
    if (rounds === 0 || ending.status === 'failed' || output === null) return { ending, reviews, revisions };
    const word = await review(round, output, feedback);
    if (typeof word === 'string') {
      return { ending: kept(ending, `The result was not judged: ${word}`), reviews, revisions };
    }
    reviews.push(word);
    if (word.verdict !== 'fail') return { ending, reviews, revisions };
    if (revisions === rounds) {
      const remaining = `After ${times(revisions)} the review still found: ${findings(word)}`;
      return { ending: kept(ending, remaining), reviews, revisions };
    }
    ({ feedback } = word);
    const revised = await attempt({ round, previous: output, feedback });
    if (revised.status === 'failed' || revised.status === 'skipped') {
      const errors = [
        `The review found: ${findings(word)}`,
        `Its revision failed: ${revised.errors.join(' ')}`,
      ];
      return { ending: kept(ending, ...errors), reviews, revisions: round };
    }
    ending = revised;
  }
}
