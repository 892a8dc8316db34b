import type { GoalEvent } from '../contract/event.ts';
import { applyEvent } from '../progress/apply-event.ts';
import { numberIn } from '../progress/event-data.ts';
import { beginProgress, progressOf, type GoalProgress } from '../progress/goal-progress.ts';
import { durationText, plural, usageText } from '../progress/quantities.ts';
import { usageSoFar } from '../progress/usage-so-far.ts';
import { oneLine } from '../tree/text-width.ts';
import { eventText } from './event-text.ts';
import type { OpenGoalView } from './goal-view.ts';

/** One plain line per event, for logs and pipes; of a goal within the goal with the task before it that it belongs to. */
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

/** Between a task and what happened in the goal that it was handed on as. */
const WITHIN = ' › ';

function columns(ms: number, what: string, rest: string): string {
  return `${durationText(ms).padStart(7)}  ${what.padEnd(17)} ${rest}`.trimEnd();
}

/** Null for an event that would only repeat the line before or count on, and for one of a goal that is not shown. */
function eventLine(event: GoalEvent, after: GoalProgress): string | null {
  const isMore = event.event === 'output.delta' && numberIn(event.data, 'offset') !== 0;
  const isCount = event.event === 'task.progress' && numberIn(event.data, 'outputCharacters') !== null;
  const place = isMore || isCount ? null : placeOf(event.data.goalId, after);
  if (place === null) return null;
  const what = event.event === 'output.delta' ? 'answer begins' : event.event.replaceAll(/[._]/g, ' ');
  const text = [...place.path, eventText(event, place.goal)].filter((part) => part !== '').join(WITHIN);
  return columns(Date.parse(event.data.at) - after.createdAt, what, text);
}

interface Place {
  readonly goal: GoalProgress;
  /** The tasks that lead to it. */
  readonly path: readonly string[];
}

function placeOf(goalId: string, goal: GoalProgress): Place | null {
  if (goal.id === goalId) return { goal, path: [] };
  for (const { id, subGoal } of goal.tasks) {
    const inner = subGoal && placeOf(goalId, subGoal);
    if (inner) return { goal: inner.goal, path: [oneLine(id), ...inner.path] };
  }
  return null;
}

/** What it took, once the goal has ended. */
function summaryLine(progress: GoalProgress): string {
  const facts = [plural(progress.tasks.length, 'task'), usageText(usageSoFar(progress))];
  const saved = progress.planCache?.savedCalls ?? 0;
  if (saved > 0) facts.push(`${plural(saved, 'call')} saved`);
  if (progress.simulated) facts.push('simulated');
  const took = (progress.finishedAt ?? progress.createdAt) - progress.createdAt;
  return columns(took, 'in all', facts.join(' · '));
}
