import type { TaskProgress } from '../progress/goal-progress.ts';
import { usageOfTask } from '../progress/usage-so-far.ts';
import { costText, countText, durationText, tokensText } from '../progress/quantities.ts';
import { reviewMarks } from './review-marks.ts';
import { goalPhase, taskMark } from './status-marks.ts';
import { span, type Span, type StyledLine } from './styled-line.ts';
import { oneLine, padToWidth, textWidth } from './text-width.ts';
import type { TreeRow } from './tree-rows.ts';

/** Widths in columns; 0 leaves a column out. */
export interface Columns {
  readonly name: number;
  readonly worker: number;
  readonly duration: number;
  readonly tokens: number;
  readonly cost: number;
}

const INDENT = 2;
const DEEPEST = 8;
/** The narrowest screens that have room for the worker, and for what the task used. */
const ROOM_FOR_WORKER = 48;
const ROOM_FOR_USAGE = 72;

interface Cells {
  readonly name: string;
  readonly worker: string;
  readonly duration: string;
  readonly tokens: string;
  readonly cost: string;
}

/** Before the tasks of a goal within the goal. */
const WITHIN = '› ';

function cellsOf({ task, level, depth }: TreeRow, now: number): Cells {
  const { startedAt, finishedAt } = task;
  const usage = usageOfTask(task);
  const usedAny = usage !== null && usage.calls > 0;
  return {
    name: ' '.repeat(Math.min(level, DEEPEST) * INDENT) + (depth > 0 ? WITHIN : '') + oneLine(task.id),
    worker: oneLine(task.worker),
    duration: startedAt === null ? '' : durationText((finishedAt ?? now) - startedAt),
    tokens: usedAny ? tokensText(usage) : '',
    cost: usedAny ? costText(usage.costUsd) : '',
  };
}

export function columnsFor(rows: readonly TreeRow[], width: number, now: number): Columns {
  const cells = rows.map((row) => cellsOf(row, now));
  const widest = (column: keyof Cells): number =>
    Math.max(0, ...cells.map((cell) => textWidth(cell[column])));
  const hasUsage = width >= ROOM_FOR_USAGE;
  return {
    name: Math.min(widest('name'), Math.max(12, Math.floor(width * 0.4))),
    worker: width < ROOM_FOR_WORKER ? 0 : Math.min(widest('worker'), 16),
    duration: widest('duration'),
    tokens: hasUsage ? widest('tokens') : 0,
    cost: hasUsage ? widest('cost') : 0,
  };
}

function padLeft(text: string, width: number): string {
  return text.padStart(width);
}

/** What was said of its result, why it is as it is, then what it waits for. */
function details(task: TaskProgress): Span[] {
  const { dependencies, errors, note, status, attempts, reviews, subGoal, outputCharacters } = task;
  const spans: Span[] = [];
  const [error] = errors;
  spans.push(...reviewMarks(reviews));
  if (attempts > 1 && status === 'running') spans.push(span(`  attempt ${attempts}`, 'yellow'));
  if (error !== undefined) spans.push(span(`  ${oneLine(error)}`, status === 'failed' ? 'red' : 'yellow'));
  else if (status === 'running' && subGoal !== null) spans.push(span(`  ${goalPhase(subGoal.status)}`));
  else if (note !== null) spans.push(span(`  ${oneLine(note)}`));
  if (outputCharacters !== null) spans.push(span(`  ${countText(outputCharacters)} characters`, 'dim'));
  if (dependencies.length > 0) spans.push(span(`  ← ${dependencies.map(oneLine).join(', ')}`, 'dim'));
  return spans;
}

export function taskRow(row: TreeRow, columns: Columns, now: number): StyledLine {
  const cells = cellsOf(row, now);
  const line = [
    span('  '),
    taskMark(row.task.status, now),
    span(` ${padToWidth(cells.name, columns.name)}`, row.task.status === 'pending' ? 'dim' : 'plain'),
  ];
  if (columns.worker > 0) line.push(span(`  ${padToWidth(cells.worker, columns.worker)}`, 'dim'));
  if (columns.duration > 0) line.push(span(`  ${padLeft(cells.duration, columns.duration)}`));
  if (columns.tokens > 0) line.push(span(`  ${padLeft(cells.tokens, columns.tokens)}`, 'dim'));
  if (columns.cost > 0) line.push(span(`  ${padLeft(cells.cost, columns.cost)}`, 'dim'));
  return [...line, ...details(row.task)];
}
