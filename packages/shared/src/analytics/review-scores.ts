import type { AnalyticsReport, ReviewScores } from '../contract/analytics.ts';
import { dayOf } from '../ledger/usage-report.ts';
import type { DigestReview, GoalDigest } from './goal-digest.ts';
import { inOrder, meanOf, shareOf } from './rounding.ts';

interface Reviewed {
  readonly workerType: string;
  readonly day: string;
  readonly review: DigestReview;
}

function reviewedOf({ tasks, review, finishedAt }: GoalDigest): Reviewed[] {
  const ofTasks = tasks.flatMap((task) =>
    task.review && task.kind !== 'between'
      ? [{ workerType: task.worker, day: dayOf(task.finishedAt ?? finishedAt), review: task.review }]
      : [],
  );
  return review ? [...ofTasks, { workerType: ':synthesis', day: dayOf(finishedAt), review }] : ofTasks;
}

function scoresOf(workerType: string, reviews: readonly DigestReview[]): ReviewScores {
  const judged = reviews.filter(({ lastPassed }) => lastPassed !== null);
  const first = reviews.filter(({ firstPassed }) => firstPassed !== null);
  const scores = reviews.flatMap((review) => review.scores ?? []);
  const mean = (dimension: keyof (typeof scores)[number]): number =>
    meanOf(scores.map((each) => each[dimension])) ?? 0;
  return {
    workerType,
    reviewed: reviews.length,
    judged: judged.length,
    passShare:
      judged.length === 0
        ? null
        : shareOf(judged.filter(({ lastPassed }) => lastPassed).length, judged.length),
    firstPassShare:
      first.length === 0
        ? null
        : shareOf(first.filter(({ firstPassed }) => firstPassed).length, first.length),
    rounds: meanOf(reviews.map(({ rounds }) => rounds)) ?? 0,
    scores:
      scores.length === 0
        ? null
        : {
            accuracy: mean('accuracy'),
            completeness: mean('completeness'),
            requirements: mean('requirements'),
            consistency: mean('consistency'),
          },
  };
}

function grouped(all: readonly Reviewed[], keyOf: (reviewed: Reviewed) => string): [string, Reviewed[]][] {
  const groups = new Map<string, Reviewed[]>();
  for (const reviewed of all) {
    const key = keyOf(reviewed);
    const group = groups.get(key);
    if (group) group.push(reviewed);
    else groups.set(key, [reviewed]);
  }
  return [...groups].toSorted(([one], [other]) => inOrder(one, other));
}

/** What judges said of results, by worker type, in all and by the day. */
export function reviewScores(digests: readonly GoalDigest[]): AnalyticsReport['reviews'] {
  const all = digests.flatMap(reviewedOf);
  const scores = (of: readonly Reviewed[]): ReviewScores =>
    scoresOf(
      of[0]?.workerType ?? '',
      of.map(({ review }) => review),
    );
  return {
    total: grouped(all, ({ workerType }) => workerType).map(([, of]) => scores(of)),
    items: grouped(all, ({ day, workerType }) => `${day} ${workerType}`).map(([key, of]) => ({
      day: key.slice(0, key.indexOf(' ')),
      ...scores(of),
    })),
  };
}
