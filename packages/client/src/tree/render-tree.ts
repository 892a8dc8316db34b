import type { GoalProgress } from '../progress/goal-progress.ts';
import { usageSoFar } from '../progress/usage-so-far.ts';
import { countText, durationText, plural, usageText } from '../progress/quantities.ts';
import { reviewMarks } from './review-marks.ts';
import { goalMark, goalPhase } from './status-marks.ts';
import { paint, span, type StyledLine } from './styled-line.ts';
import { columnsFor, taskRow } from './task-row.ts';
import { oneLine } from './text-width.ts';
import { treeRows, type TreeRow } from './tree-rows.ts';
import { visibleTasks } from './visible-tasks.ts';
import { withoutEcho } from './without-echo.ts';

export interface Screen {
  /** The time by the server's clock, in ms since the epoch: for spans that still run, and for the spinner. */
  readonly now: number;
  /** Columns that a line may take. */
  readonly width: number;
  readonly color: boolean;
  /** Lines that the whole may take; all that it needs when left out. */
  readonly height?: number;
}

/** Lines besides the tasks'. */
const FRAME = 3;

/** The goal as a tree of tasks, one line each, none wider than the screen. */
export function renderTree(progress: GoalProgress, screen: Screen): string[] {
  const rows = Math.max(0, (screen.height ?? Infinity) - FRAME);
  const { shown, hidden } = visibleTasks(treeRows(progress.tasks), rows);
  const columns = columnsFor(shown, screen.width, screen.now);
  const lines = [
    ...header(progress, screen.now),
    ...shown.map((row) => taskRow(told(row, progress), columns, screen.now)),
    ...(hidden.length > 0 ? [restLine(hidden)] : []),
    footer(progress),
  ];
  return lines.slice(0, Math.max(1, screen.height ?? Infinity)).map((line) => paint(line, screen));
}

function told(row: TreeRow, { finishedEarly }: GoalProgress): TreeRow {
  if (finishedEarly === null) return row;
  const errors = row.task.errors.map((error) => withoutEcho(error, finishedEarly));
  return { ...row, task: { ...row.task, errors } };
}

function header(progress: GoalProgress, now: number): StyledLine[] {
  const { status, createdAt, finishedAt, tasks, answerLength } = progress;
  const facts = [goalPhase(status), durationText((finishedAt ?? now) - createdAt)];
  if (tasks.length > 0) {
    const ended = tasks.filter((task) => task.finishedAt !== null).length;
    facts.push(
      finishedAt === null
        ? `${ended} of ${plural(tasks.length, 'task')} ended`
        : plural(tasks.length, 'task'),
    );
  }
  if (status === 'synthesizing' && answerLength > 0) facts.push(`${countText(answerLength)} characters`);
  if (progress.replans > 0) facts.push(`plan changed ${plural(progress.replans, 'time')}`);
  if (progress.finishedEarly !== null) facts.push('finished early');
  return [
    [goalMark(status, now), span(` ${oneLine(progress.goal)}`, 'bold')],
    [span(`  ${facts.join(' · ')}`, 'dim'), ...reviewMarks(progress.reviews)],
  ];
}

function footer(progress: GoalProgress): StyledLine {
  const usage = usageSoFar(progress);
  const facts = [progress.id, ...(usage.calls > 0 ? [usageText(usage)] : [])];
  const saved = progress.planCache?.savedCalls ?? 0;
  if (saved > 0) facts.push(`${plural(saved, 'call')} saved`);
  const line = [span(`  ${facts.join(' · ')}`, 'dim')];
  return progress.simulated ? [...line, span(' · '), span('simulated', 'yellow')] : line;
}

function restLine(hidden: readonly TreeRow[]): StyledLine {
  const counts = new Map<string, number>();
  for (const { task } of hidden) counts.set(task.status, (counts.get(task.status) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} ${status}`);
  return [span(`  … ${hidden.length} more: ${parts.join(', ')}`, 'dim')];
}
