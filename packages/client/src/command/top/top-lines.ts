import type { Backlog, WorkerTypeStats } from '../../contract/fleet.ts';
import type { GoalSummary } from '../../contract/goal.ts';
import { costText, countText, durationText, plural } from '../../progress/quantities.ts';
import { goalMark } from '../../tree/status-marks.ts';
import { paint, span, type Span, type StyledLine } from '../../tree/styled-line.ts';
import { oneLine, padToWidth, textWidth } from '../../tree/text-width.ts';
import { openStatuses, type Snapshot, type TaskCounts } from './poll.ts';
import { endedLately } from './rates.ts';
import { sorted, type SortKey } from './sorting.ts';

export interface Screen {
  /** Ms since the epoch. */
  readonly now: number;
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

export interface TopView {
  readonly snapshot: Snapshot;
  readonly server: string;
  readonly sortBy: SortKey;
  /** Dollars per hour; null while it is not known. */
  readonly costPerHour: number | null;
  /** Why the last look failed, and since when none succeeded (ms since the epoch); null while all is well. */
  readonly trouble: { readonly reason: string; readonly since: number } | null;
  /** Keys are told where there is a keyboard. */
  readonly hasKeys: boolean;
}

const BAR = 10;
/** Ms that a job may wait before it is marked, and marked more. */
const [LONG, VERY_LONG] = [30_000, 300_000];
/** Lines that the open goals have at least, where there are so many. */
const LEAST_GOALS = 3;
/** Lines that queues have at least, their heading among them, before goals are shown at all. */
const LEAST_QUEUES = 3;

function bar(share: number, columns = BAR): string {
  const full = share <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, share) * columns));
  return '█'.repeat(full) + '░'.repeat(columns - full);
}

function headLines({ server, trouble, sortBy, hasKeys, snapshot }: TopView, { now }: Screen): StyledLine[] {
  const keys = hasKeys ? span(`  q leaves, Tab sorts (${sortBy})`, 'dim') : span('');
  const title = [span('baton top', 'bold'), span(`  ${server}  ${clockText(snapshot.at)}`), keys];
  if (trouble === null) return [title];
  const since = durationText(now - trouble.since);
  return [title, [span(`No answer for ${since}, trying again: ${oneLine(trouble.reason)}`, 'red')]];
}

/** By the clock of whoever looks. */
function clockText(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

function summaryLines(view: TopView): StyledLine[] {
  const { snapshot, costPerHour } = view;
  const { open, usage, stats } = snapshot;
  const states = openStatuses.flatMap((status) => {
    const count = open.filter((goal) => goal.status === status).length;
    return count === 0 ? [] : [`${count} ${status.replaceAll('_', ' ')}`];
  });
  const { perMinute, failed, isLeast } = endedLately(snapshot);
  const ended = `${isLeast ? 'at least ' : ''}${perMinute} ended in the last minute`;
  const { total, today } = usage;
  const budget = today?.maxCostUsd == null ? '' : ` of ${costText(today.maxCostUsd)}`;
  const tokensIn = total.inputTokens + total.cacheReadTokens + total.cacheWriteTokens;
  const used = stats.workerTypes.reduce((sum, { active }) => sum + active, 0);
  const slots = stats.workerTypes.reduce((sum, type) => sum + type.slots, 0);
  const wanted = stats.workerTypes.reduce((sum, type) => sum + slotsMissing(type), 0);
  return [
    [
      span('Goals  ', 'dim'),
      span(`${states.length === 0 ? 'none open' : states.join(', ')} · ${ended}`),
      failed > 0 ? span(`, ${failed} failed`, 'red') : span(''),
    ],
    [
      span('Today  ', 'dim'),
      span(`${costText(total.costUsd)}${budget}${total.simulatedCalls > 0 ? ' (simulated)' : ''}`),
      span(costPerHour === null ? '' : ` · ${costText(Math.max(0, costPerHour))} an hour`),
      span(
        ` · ${plural(total.calls, 'call')} · ${countText(tokensIn)} tokens in, ${countText(total.outputTokens)} out`,
      ),
    ],
    [
      span('Slots  ', 'dim'),
      span(`${bar(slots === 0 ? 0 : used / slots, 2 * BAR)} ${used} of ${slots} used`),
      wanted > 0 ? span(` · ${wanted} more would be used`, 'yellow') : span(''),
    ],
  ];
}

/** Slots that would be used at once if they were there. */
function slotsMissing({ slotsWanted, slots }: WorkerTypeStats): number {
  // Servers of earlier releases don't tell it.
  return Math.max(0, ((slotsWanted as number | undefined) ?? slots) - slots);
}

function waitSpan({ oldestWaitingMs }: Backlog): Span {
  if (oldestWaitingMs === null) return span('-', 'dim');
  const style = oldestWaitingMs >= VERY_LONG ? 'red' : oldestWaitingMs >= LONG ? 'yellow' : 'plain';
  return span(durationText(oldestWaitingMs), style);
}

function slotsSpan({ active, slots, waiting }: WorkerTypeStats): Span {
  if (slots === 0 && waiting > 0) return span('no worker takes it', 'red');
  return span(
    `${bar(slots === 0 ? 0 : active / slots)} ${active}/${slots}`,
    active + waiting === 0 ? 'dim' : 'plain',
  );
}

/** @param slots what is shown of them @param workers null for Baton's own queues */
function queueRow(name: string, backlog: Backlog, slots: Span, workers: number | null): StyledLine {
  const { waiting, active, delayed } = backlog;
  const style = waiting + active + delayed === 0 ? 'dim' : 'plain';
  return [
    span(name, style),
    slots,
    span(String(waiting), style),
    waitSpan(backlog),
    span(String(delayed), style),
    span(workers === null ? '' : String(workers), style),
  ];
}

function ownRow(name: string, backlog: Backlog): StyledLine {
  return queueRow(
    name,
    backlog,
    span(`${backlog.active} active`, backlog.active === 0 ? 'dim' : 'plain'),
    null,
  );
}

const queueHeading = ['QUEUE', 'SLOTS', 'WAITING', 'OLDEST', 'DELAYED', 'WORKERS'];
const goalHeading = ['', 'STATE', 'TASKS', 'OPEN FOR', 'COST', 'ID', 'GOAL'];

function heading(names: readonly string[]): StyledLine {
  return names.map((name) => span(name, 'dim'));
}

/** Rows of cells as lines: each column as wide as its widest cell. */
function aligned(rows: readonly StyledLine[]): StyledLine[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, { text }] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, textWidth(text));
  }
  return rows.map((row) =>
    row.map(({ text, style }, at) =>
      at === row.length - 1 ? { text, style } : { text: `${padToWidth(text, widths[at] ?? 0)}  `, style },
    ),
  );
}

function tasksText(counts: TaskCounts | undefined): string {
  if (!counts || counts.all === 0) return '';
  return `${bar(counts.ended / counts.all, 6)} ${counts.ended}/${counts.all}`;
}

function goalRow(
  { id, status, createdAt, usage, goal }: GoalSummary,
  tasks: TaskCounts | undefined,
  now: number,
): StyledLine {
  const style = status === 'awaiting_approval' ? 'yellow' : 'plain';
  return [
    goalMark(status, now),
    span(status.replaceAll('_', ' '), style),
    span(tasksText(tasks)),
    span(durationText(now - Date.parse(createdAt))),
    span(costText(usage.costUsd)),
    span(id),
    span(oneLine(goal)),
  ];
}

/** The whole screen, in as many lines as fit it. */
export function topLines(view: TopView, screen: Screen): string[] {
  const { snapshot, sortBy } = view;
  const { stats, open, tasks } = snapshot;
  const queues = [
    heading(queueHeading),
    ...sorted(stats.workerTypes, sortBy).map((type) =>
      queueRow(type.type, type, slotsSpan(type), type.workers),
    ),
    ownRow('(planning)', stats.planning),
    ownRow('(synthesis)', stats.synthesis),
  ];
  const top = [...headLines(view, screen), ...summaryLines(view), []];
  // Goals get what queues leave, and some lines in any case.
  const room = Math.max(0, screen.height - top.length);
  const wishes = open.length === 0 ? 0 : Math.min(open.length, LEAST_GOALS) + 2;
  const shownQueues = aligned(queues).slice(0, room - wishes < LEAST_QUEUES ? room : room - wishes);
  const left = Math.max(0, room - shownQueues.length - 2);
  const shownGoals = open.slice(0, open.length > left ? Math.max(0, left - 1) : left);
  const rows = shownGoals.map((goal) => goalRow(goal, tasks.get(goal.id), screen.now));
  const more = open.length - shownGoals.length;
  const goals =
    rows.length === 0
      ? []
      : [
          [],
          ...aligned([heading(goalHeading), ...rows]),
          ...(more > 0 ? [[span(`  and ${more} more`, 'dim')]] : []),
        ];
  return [...top, ...shownQueues, ...goals].slice(0, screen.height).map((line) => paint(line, screen));
}
