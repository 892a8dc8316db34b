import type { GoalEvent } from '../contract/event.ts';
import { errorIn, idsIn, missingIn, textIn } from '../progress/event-data.ts';
import type { GoalProgress, TaskProgress } from '../progress/goal-progress.ts';
import { costText, durationText, plural, tokensText } from '../progress/quantities.ts';
import { reviewIn } from '../progress/review-data.ts';
import { scoreText } from '../tree/review-marks.ts';
import { oneLine } from '../tree/text-width.ts';

/** What one event of a goal is about, in a line. @param after the goal after the event */
export function eventText(event: GoalEvent, after: GoalProgress): string {
  const { data } = event;
  if (event.event === 'goal.accepted') return after.id;
  if (event.event === 'goal.planned') return tasksText(after);
  if (event.event === 'goal.replanned') return replanText(data, after);
  if (event.event === 'goal.judged') return judgedText(data);
  const task = after.tasks.find(({ id }) => id === data.taskId);
  if (!task) return endText(data);
  return event.event === 'task.reviewed' ? `${nameOf(task)}  ${reviewText(data)}` : taskText(task);
}

function tasksText({ tasks }: GoalProgress): string {
  return `${plural(tasks.length, 'task')}: ${tasks.map(({ id }) => oneLine(id)).join(', ')}`;
}

function replanText(data: GoalEvent['data'], after: GoalProgress): string {
  const changes = [
    ['dropped', idsIn(data, 'drop')],
    ['replaced', idsIn(data, 'replace')],
    ['added', idsIn(data, 'add')],
  ] as const;
  const told = changes.filter(([, ids]) => ids.length > 0);
  return [
    tasksText(after),
    ...told.map(([change, ids]) => `${change} ${ids.map((id) => oneLine(id)).join(', ')}`),
  ].join(' · ');
}

function judgedText(data: GoalEvent['data']): string {
  if (textIn(data, 'about') !== 'early_finish') return `answer  ${reviewText(data)}`;
  const reason = oneLine(textIn(data, 'reason') ?? '');
  const verdict = data['suffices'] === true ? 'what there is suffices' : 'the rest is needed';
  return reason === '' ? verdict : `${verdict}: ${reason}`;
}

function reviewText(data: GoalEvent['data']): string {
  const review = reviewIn(data);
  if (review === null) return '';
  const { round, verdict, feedback, passes, judges } = review;
  const facts = [`round ${round}: ${verdict === 'none' ? 'no verdict' : verdict} ${scoreText(review)}`];
  if (judges > 1) facts.push(`${passes} of ${judges} judges`);
  if (verdict === 'fail') facts.push(...feedback.slice(0, 1).map(oneLine));
  return facts.join(' · ');
}

function endText(data: GoalEvent['data']): string {
  const missing = missingIn(data).map(({ taskId }) => oneLine(taskId));
  const parts = [errorIn(data)?.message ?? '', missing.length > 0 ? `without ${missing.join(', ')}` : ''];
  return oneLine(parts.filter((part) => part !== '').join(' · '));
}

function nameOf({ id, worker }: TaskProgress): string {
  return `${oneLine(id)} (${oneLine(worker)})`;
}

function taskText(task: TaskProgress): string {
  const { attempts, note, errors, startedAt, finishedAt, usage } = task;
  const [error] = errors;
  const facts: string[] = [];
  if (finishedAt !== null && startedAt !== null) facts.push(durationText(finishedAt - startedAt));
  if (usage && usage.calls > 0) facts.push(tokensText(usage), costText(usage.costUsd));
  if (finishedAt === null && attempts > 1) facts.push(`attempt ${attempts}`);
  if (note !== null) facts.push(oneLine(note));
  if (error !== undefined) facts.push(oneLine(error));
  return `${nameOf(task)}  ${facts.join(' · ')}`.trimEnd();
}
