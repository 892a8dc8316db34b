import type { Task } from '@baton/plan/plan';
import type { Ledger } from './ledger.ts';

/** A watchman that says nothing for so long, in ms, is replaced. */
const WATCH_TIME = 5_000;

/** Goals looked at in one round trip. */
const PAGE = 200;

/** True for the one process that may watch over goals now; to be asked again before each look. */
export async function takeWatch(ledger: Ledger, who: string): Promise<boolean> {
  return (await ledger.run('takeWatch', [ledger.keyspace.watch], [who, WATCH_TIME])) === 1;
}

async function dueMembers(ledger: Ledger, key: string, sinceMs: number): Promise<string[]> {
  return (await ledger.run('dueMembers', [key], [sinceMs, PAGE])) as string[];
}

/** Open goals whose deadline has passed, by Redis's clock. */
export function overdueGoals(ledger: Ledger): Promise<string[]> {
  return dueMembers(ledger, ledger.keyspace.openGoals, 0);
}

/** Takes a goal that has ended, or is gone, from the list of open ones. */
export async function unlistEnded(ledger: Ledger, goalId: string): Promise<void> {
  await ledger.run('unlistEnded', [ledger.goal(goalId).goal, ledger.keyspace.of(goalId).openGoals], [goalId]);
}

/** Forgets how many goals tenants have open where none is. */
export async function clearCounts(ledger: Ledger): Promise<void> {
  await ledger.run('clearCounts', [ledger.keyspace.openGoals, ledger.keyspace.openCounts], []);
}

export interface QuietGoal {
  readonly goalId: string;
  /** Its last event. */
  readonly eventId: string;
}

/** Open goals of which nothing was heard for `quietMs`, a page at a time. */
export async function* quietGoals(ledger: Ledger, quietMs: number): AsyncGenerator<QuietGoal[]> {
  let cursor: string | null = null;
  while (cursor !== '0') {
    const page: Page = await quietGoalsFrom(ledger, cursor ?? '0', quietMs);
    cursor = page.cursor;
    yield page.goals;
  }
}

interface Page {
  /** '0' at the end. */
  readonly cursor: string;
  readonly goals: QuietGoal[];
}

async function quietGoalsFrom(ledger: Ledger, cursor: string, quietMs: number): Promise<Page> {
  const { redis, keyspace } = ledger;
  const [next, members] = await redis.zscan(keyspace.openGoals, cursor, 'COUNT', PAGE);
  const goalIds = members.filter((_, index) => index % 2 === 0);
  if (goalIds.length === 0) return { cursor: next, goals: [] };
  const [[seconds = 0], ...last] = await Promise.all([
    redis.time(),
    ...goalIds.map((goalId) => redis.xrevrange(ledger.goal(goalId).events, '+', '-', 'COUNT', 1)),
  ]);
  const quietSince = seconds * 1_000 - quietMs;
  const goals = goalIds.flatMap((goalId, index): QuietGoal[] => {
    const [eventId = '', fields = []] = last[index]?.[0] ?? [];
    const at = Number(fields[fields.indexOf('at') + 1]);
    return at <= quietSince ? [{ goalId, eventId }] : [];
  });
  return { cursor: next, goals };
}

/** A run that was ended from outside, and may have left jobs. */
export interface ClosingRun {
  readonly goalId: string;
  readonly rev: number;
}

function runName({ goalId, rev }: ClosingRun): string {
  return `${goalId}.${rev}`;
}

/** Runs that were ended from outside at least `sinceMs` ago. */
export async function closingRuns(ledger: Ledger, sinceMs: number): Promise<ClosingRun[]> {
  const names = await dueMembers(ledger, ledger.keyspace.closingRuns, sinceMs);
  return names.map((name) => {
    const dot = name.lastIndexOf('.');
    return { goalId: name.slice(0, dot), rev: Number(name.slice(dot + 1)) };
  });
}

/**
 * The tasks that an ended run was to run: their ids, or, where the plan was changed after it, what their jobs were made of; null for
 * all of its goal's.
 */
export async function tasksOfRun(
  ledger: Ledger,
  run: ClosingRun,
): Promise<readonly (string | Task)[] | null> {
  const ids = await ledger.redis.hget(ledger.goal(run.goalId).goal, `run:${run.rev}`);
  return ids ? (JSON.parse(ids) as (string | Task)[]) : null;
}

/** Nothing is left of the run. */
export async function runClosed(ledger: Ledger, run: ClosingRun): Promise<void> {
  const { redis, keyspace } = ledger;
  await redis
    .multi()
    .zrem(keyspace.of(run.goalId).closingRuns, runName(run))
    .hdel(ledger.goal(run.goalId).goal, `run:${run.rev}`)
    .exec();
}

/** Forgets the goals whose retention is over; resolves to how many there were. Each call takes a page of them. */
export async function forgetEndedGoals(ledger: Ledger): Promise<number> {
  const { redis, keyspace } = ledger;
  const members = await dueMembers(ledger, keyspace.endedGoals, 0);
  for (const member of members) {
    const [goalId = '', tenant = ''] = member.split(' ');
    const replies = await redis
      .multi()
      .unlink(...Object.values(ledger.goal(goalId)))
      .zrem(keyspace.of(goalId).tenantGoals(tenant), goalId)
      .zrem(keyspace.of(goalId).endedGoals, member)
      .exec();
    const [failure] = replies?.find(([error]) => error !== null) ?? [];
    if (failure) throw failure;
  }
  return members.length;
}
