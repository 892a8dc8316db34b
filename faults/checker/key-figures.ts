import type { ClientLog } from '../evidence/client-log.ts';

/** What became of the requests that came with an Idempotency-Key. */
export interface KeyFigures {
  readonly keys: number;
  readonly sent: number;
  readonly replayed: number;
  /** No answer came, or a refusal that said to try again. */
  readonly unanswered: number;
}

export function keyFigures({ submissions }: ClientLog): KeyFigures {
  const keyed = submissions.flatMap((submission) => (submission.keyed ? [submission.keyed] : []));
  const answers = keyed.flat();
  const taken = answers.filter((answer) => answer.kind === 'accepted');
  return {
    keys: keyed.length,
    sent: answers.length,
    replayed: taken.filter(({ isReplay }) => isReplay).length,
    unanswered: answers.length - taken.length,
  };
}
