import type { BatonClient, CallOptions } from '../../api.ts';
import type { Stats } from '../../contract/fleet.ts';
import type { Goal, GoalSummary, TaskView } from '../../contract/goal.ts';
import type { GoalStatus } from '../../contract/goal-status.ts';
import type { UsageReport } from '../../contract/usage-report.ts';
import { taskEndings } from '../../endings.ts';

/** Tasks of a goal, those of its sub-goals not among them. */
export interface TaskCounts {
  readonly ended: number;
  readonly running: number;
  readonly all: number;
}

/** What a look at the server found. */
export interface Snapshot {
  /** Ms since the epoch. */
  readonly at: number;
  readonly stats: Stats;
  /** The key's tenant's goals that have not ended, oldest first. */
  readonly open: readonly GoalSummary[];
  /** The tenant's newest goals, newest first, of any status. */
  readonly newest: readonly GoalSummary[];
  /** Of some of the open ones, by id. */
  readonly tasks: ReadonlyMap<string, TaskCounts>;
  /** Of this day (UTC). */
  readonly usage: UsageReport;
}

export type Poll = (options: CallOptions) => Promise<Snapshot>;

/** Goals that have not ended, in the order of their lives. */
export const openStatuses = [
  'accepted',
  'planning',
  'awaiting_approval',
  'running',
  'synthesizing',
] as const satisfies readonly GoalStatus[];

const open: ReadonlySet<GoalStatus> = new Set(openStatuses);

/** Goals that a look lists at the most. */
export const PAGE = 100;
/** Ms between two looks for open goals older than the newest: each may make the server read many. */
const SWEEP_EVERY = 30_000;
/** Goals, the oldest, whose tasks are told at all, and of how many they are read at a time: each reply holds what they put out. */
const TOLD = 24;
const READ_AT_A_TIME = 4;
const READ_FIRST = 12;

const endedTasks: ReadonlySet<TaskView['status']> = new Set(Object.values(taskEndings));

function countsOf({ tasks }: Goal): TaskCounts {
  const count = (matches: (task: TaskView) => boolean): number => tasks.filter(matches).length;
  return {
    ended: count(({ status }) => endedTasks.has(status)),
    running: count(({ status }) => status === 'running'),
    all: tasks.length,
  };
}

/** Remembers, from one look to the next, what is not read each time. @param now ms since the epoch */
export function openPoll(client: BatonClient, now: () => number): Poll {
  let known = new Map<string, GoalSummary>();
  const tasks = new Map<string, TaskCounts>();
  /** Whose tasks were read when, by the number of the look. */
  const readAt = new Map<string, number>();
  let looks = 0;
  let sweptAt = -Infinity;

  async function sweep(options: CallOptions): Promise<void> {
    const pages = await Promise.all(
      openStatuses.map((status) => client.goals.list({ status, limit: PAGE }, options)),
    );
    known = new Map(pages.flatMap(({ items }) => items).map((goal) => [goal.id, goal]));
    sweptAt = now();
  }

  function note(goal: GoalSummary): void {
    if (open.has(goal.status)) known.set(goal.id, goal);
    else known.delete(goal.id);
  }

  function oldestFirst(): GoalSummary[] {
    return [...known.values()].toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  }

  /** Of the goals that were not looked at for longest. */
  async function readTasks(options: CallOptions): Promise<void> {
    const next = oldestFirst()
      .slice(0, TOLD)
      .filter(({ rev }) => rev > 0)
      .toSorted((a, b) => (readAt.get(a.id) ?? 0) - (readAt.get(b.id) ?? 0))
      .slice(0, looks === 1 ? READ_FIRST : READ_AT_A_TIME);
    const goals = await Promise.all(next.map(({ id }) => client.goals.get(id, options)));
    for (const goal of goals) {
      readAt.set(goal.id, looks);
      tasks.set(goal.id, countsOf(goal));
      note(goal);
    }
    for (const id of tasks.keys()) {
      if (known.has(id)) continue;
      tasks.delete(id);
      readAt.delete(id);
    }
  }

  return async (options) => {
    looks += 1;
    const today = new Date(now()).toISOString().slice(0, 10);
    const [stats, { items: newest }, usage] = await Promise.all([
      client.stats.get(options),
      client.goals.list({ limit: PAGE }, options),
      client.usage.get({ by: ['day'], from: today, to: today }, options),
      ...(now() - sweptAt >= SWEEP_EVERY ? [sweep(options)] : []),
    ]);
    for (const goal of newest) note(goal);
    await readTasks(options);
    return { at: now(), stats, open: oldestFirst(), newest, tasks: new Map(tasks), usage };
  };
}
