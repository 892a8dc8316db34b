import type { Feedback, Goal, TaskView } from '../contract/goal.ts';
import type { Review, Scores } from '../contract/review.ts';
import { plural, savedMoney } from '../progress/quantities.ts';
import { scoreText } from '../tree/review-marks.ts';
import { oneLine } from '../tree/text-width.ts';
import { tableLines } from './table.ts';

const heading = [
  'JUDGED',
  'ROUND',
  'VERDICT',
  'MEAN',
  'ACCURACY',
  'COMPLETENESS',
  'REQUIREMENTS',
  'CONSISTENCY',
  'JUDGES',
  'FEEDBACK',
];
const aspects = [
  'accuracy',
  'completeness',
  'requirements',
  'consistency',
] as const satisfies readonly (keyof Scores)[];

/** What a goal's tree does not tell: what judges and people said, why it ended early, what an earlier goal's plan saved, earlier answers. */
export function factLines(goal: Goal, width: number): string[] {
  return [...noteLines(goal), ...goal.feedback.map(feedbackText), ...reviewLines(goal, width)];
}

function feedbackText({ at, score, comment }: Feedback): string {
  const given = `Feedback of ${at.slice(0, 10)}: ${score.toFixed(2)}`;
  return comment === null ? given : `${given} · ${oneLine(comment)}`;
}

function noteLines({ id, parent, finishedEarly, planCache, results, usage }: Goal): string[] {
  const lines: string[] = [];
  if (parent) lines.push(`Carries out the task ${parent.taskId} of ${parent.goalId}.`);
  if (finishedEarly !== null) lines.push(`Finished early: ${oneLine(finishedEarly)}`);
  if (planCache) lines.push(planCacheText(planCache));
  const saved = savedMoney(usage);
  if (saved !== null) lines.push(`Saved ${saved} by caching and batches.`);
  if (results.length > 1) {
    const ends = results.map(({ rev, status }) => `rev ${rev} ${status.replaceAll('_', ' ')}`);
    lines.push(`Answers so far: ${ends.join(', ')}. An earlier one: baton get ${id} --rev <n>`);
  }
  return lines;
}

function planCacheText({ match, savedCalls }: NonNullable<Goal['planCache']>): string {
  const earlier =
    match === 'exact' ? 'an earlier goal of the same text' : 'an earlier goal of nearly the same text';
  return `Its plan is that of ${earlier}: ${plural(savedCalls, 'call')} saved.`;
}

function reviewLines({ tasks, reviews }: Goal, width: number): string[] {
  const rows = [...taskReviewRows(tasks, ''), ...reviews.map((review) => row('the answer', review))];
  return rows.length === 0 ? [] : ['', ...tableLines([heading, ...rows], width)];
}

function taskReviewRows(tasks: readonly TaskView[], path: string): string[][] {
  return tasks.flatMap(({ id, reviews, subGoal }) => [
    ...reviews.map((review) => row(path + id, review)),
    ...taskReviewRows(subGoal?.tasks ?? [], `${path}${id} › `),
  ]);
}

function row(what: string, review: Review): string[] {
  const { round, verdict, scores, judges, passes, feedback } = review;
  return [
    what,
    String(round),
    verdict,
    scoreText(review),
    ...aspects.map((aspect) => scores?.[aspect].toFixed(2) ?? '–'),
    `${passes} of ${judges}`,
    feedback.join(' · '),
  ];
}

/** What the references of an answer stand for; nothing for an answer without any. */
export function citationLines({ citations }: Goal): string[] {
  if (citations.length === 0) return [];
  return [
    'Sources:',
    ...citations.map(({ taskId, description }) => `  [${oneLine(taskId)}] ${oneLine(description)}`),
  ];
}
