import type { GoalEvent } from '../contract/event.ts';
import { applyEvent } from '../progress/apply-event.ts';
import { errorIn, missingIn, numberIn } from '../progress/event-data.ts';
import {
  beginProgress,
  progressOf,
  usageSoFar,
  type GoalProgress,
  type TaskProgress,
} from '../progress/goal-progress.ts';
import { costText, durationText, plural, tokensText, usageText } from '../progress/quantities.ts';
import { oneLine } from '../tree/text-width.ts';
import type { OpenGoalView } from './goal-view.ts';

/** One plain line per event, for logs and pipes. */
export const openEventLines: OpenGoalView = (goal, output) => {
  let progress = beginProgress(goal);
  return {
    show(event) {
      progress = applyEvent(progress, event);
      const line = eventLine(event, progress);
      if (line !== null) output.write(`${line}\n`);
    },
    end(ended) {
      output.write(`${summaryLine(progressOf(ended))}\n`);
    },
    close: () => undefined,
  };
};

function columns(ms: number, what: string, rest: string): string {
  return `${durationText(ms).padStart(7)}  ${what.padEnd(17)} ${rest}`.trimEnd();
}

/** Null for an event that would only repeat the line before: one more piece of the answer. */
function eventLine(event: GoalEvent, after: GoalProgress): string | null {
  const isMore = event.event === 'output.delta' && numberIn(event.data, 'offset') !== 0;
  if (isMore) return null;
  const what = event.event === 'output.delta' ? 'answer begins' : event.event.replaceAll(/[._]/g, ' ');
  return columns(Date.parse(event.data.at) - after.createdAt, what, about(event, after));
}

function about(event: GoalEvent, after: GoalProgress): string {
  if (event.event === 'goal.accepted') return after.id;
  if (event.event === 'goal.planned' || event.event === 'goal.replanned') {
    return `${plural(after.tasks.length, 'task')}: ${after.tasks.map(({ id }) => id).join(', ')}`;
  }
  const task = after.tasks.find(({ id }) => id === event.data.taskId);
  if (task) return aboutTask(task);
  const missing = missingIn(event.data).map(({ taskId }) => oneLine(taskId));
  const parts = [
    errorIn(event.data)?.message ?? '',
    missing.length > 0 ? `without ${missing.join(', ')}` : '',
  ];
  return oneLine(parts.filter((part) => part !== '').join(' · '));
}

function aboutTask(task: TaskProgress): string {
  const { id, worker, attempts, note, errors, startedAt, finishedAt, usage } = task;
  const [error] = errors;
  const facts: string[] = [];
  if (finishedAt !== null && startedAt !== null) facts.push(durationText(finishedAt - startedAt));
  if (usage && usage.calls > 0) facts.push(tokensText(usage), costText(usage.costUsd));
  if (finishedAt === null && attempts > 1) facts.push(`attempt ${attempts}`);
  if (note !== null) facts.push(oneLine(note));
  if (error !== undefined) facts.push(oneLine(error));
  return `${oneLine(id)} (${oneLine(worker)})  ${facts.join(' · ')}`.trimEnd();
}

/** What it took, once the goal has ended. */
function summaryLine(progress: GoalProgress): string {
  const facts = [plural(progress.tasks.length, 'task'), usageText(usageSoFar(progress))];
  if (progress.simulated) facts.push('simulated');
  const took = (progress.finishedAt ?? progress.createdAt) - progress.createdAt;
  return columns(took, 'in all', facts.join(' · '));
}
