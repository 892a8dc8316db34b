import type { Evidence, GoalEvent } from '../evidence/evidence.ts';

/** How long tasks that were under way at a disturbance took to end after it, in ms; 0 where none was. */
export interface RecoveryTimes {
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

/** From a task's first start to its end, ms since the epoch. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function timeOf({ data }: GoalEvent): number {
  return Date.parse(data.at);
}

const ends = /^task\.(?:succeeded|partial|failed|skipped|cancelled)$/;

function spansOf(events: readonly GoalEvent[]): Span[] {
  const startedAt = new Map<string, number>();
  return events.flatMap((event): Span[] => {
    const { taskId } = event.data;
    if (taskId === undefined) return [];
    if (event.event === 'task.started' && !startedAt.has(taskId)) startedAt.set(taskId, timeOf(event));
    const from = startedAt.get(taskId);
    if (!ends.test(event.event) || from === undefined) return [];
    startedAt.delete(taskId);
    return [{ from, to: timeOf(event) }];
  });
}

/** For each disturbance the longest that a task under way at that moment took to end; over all of them. */
export function recoveryTimes(
  { goals }: Pick<Evidence, 'goals'>,
  disturbedAt: readonly number[],
): RecoveryTimes {
  const spans = goals.flatMap(({ events }) => spansOf(events));
  const times = disturbedAt
    .map((at) =>
      spans.reduce(
        (longest, { from, to }) => (from <= at && at < to ? Math.max(longest, to - at) : longest),
        0,
      ),
    )
    .sort((left, right) => left - right);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { median: at(0.5), p95: at(0.95), longest: times.at(-1) ?? 0 };
}
