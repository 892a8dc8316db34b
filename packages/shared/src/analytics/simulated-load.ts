import type { SimulatedTask } from '@baton/plan/slot-simulation';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import { inLastRun } from './critical-time.ts';
import type { DigestTask, GoalDigest } from './goal-digest.ts';
import type { HeldSlot } from './slot-record.ts';

/** Tasks of one simulation: the newest goals' that fit. */
const MOST_TASKS = 10_000;
/** ms: of two tasks on a path what is longer than this between them is planning, and takes its time again. */
const SHORTEST_GAP = 100;

/** A goal as it is simulated. */
export interface Course {
  /** Places of its tasks in the list. */
  readonly places: readonly number[];
  readonly begunAt: number;
  /** ms from its last task to its end. */
  readonly afterMs: number;
  /** ms, as it was. */
  readonly recordedMs: number;
}

/** What is simulated. */
export interface Load {
  readonly tasks: SimulatedTask[];
  readonly held: HeldSlot[];
  readonly courses: Course[];
}

const ownEnds: ReadonlySet<string> = new Set(['succeeded', 'partially_succeeded', 'failed']);

/** A task that ran in its goal's last run. */
interface Ran {
  readonly task: DigestTask;
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** By their places in the goal's list; in the order in which they were begun, as a queue took those that were ready and due alike. */
function ranTasks(digest: GoalDigest): Map<number, Ran> {
  const ran = digest.tasks.flatMap((task, index): [number, Ran][] => {
    const { queuedAt, startedAt, finishedAt } = inLastRun(digest, task);
    if (startedAt === null || finishedAt === null) return [];
    return [[index, { task, queuedAt: queuedAt ?? startedAt, startedAt, endedAt: finishedAt }]];
  });
  return new Map(ran.toSorted(([, one], [, other]) => one.startedAt - other.startedAt));
}

/** What Baton does itself takes no slot, nor does a task that was put back: it was away for a part of its time that nobody knows. */
function slotOf({ kind, worker }: DigestTask): string | null {
  return kind === 'between' || kind === 'put_back' || worker === orchestrator.type ? null : worker;
}

function addGoal(load: Load, digest: GoalDigest): void {
  const { begunAt, finishedAt, status } = digest;
  const ran = ranTasks(digest);
  const first = load.tasks.length;
  const places = new Map([...ran.keys()].map((index, order) => [index, first + order]));
  const gaps: SimulatedTask[] = [];
  for (const { task, queuedAt, startedAt, endedAt } of ran.values()) {
    const workerType = slotOf(task);
    if (workerType !== null) load.held.push({ workerType, from: startedAt, to: endedAt });
    const before = task.dependencies.filter((index) => ran.has(index));
    const needs = before.flatMap((index) => places.get(index) ?? []);
    const gap =
      queuedAt - before.reduce((latest, index) => Math.max(latest, ran.get(index)?.endedAt ?? 0), 0);
    const hasGap = needs.length > 0 && gap > SHORTEST_GAP;
    const readyAt = needs.length === 0 ? queuedAt : begunAt;
    const dependencies = hasGap ? [first + ran.size + gaps.length] : needs;
    if (hasGap) gaps.push({ readyAt, durationMs: gap, workerType: null, dependencies: needs, due: task.due });
    const durationMs = Math.max(0, endedAt - startedAt);
    load.tasks.push({ readyAt, durationMs, workerType, dependencies, due: task.due });
  }
  load.tasks.push(...gaps);
  if (ran.size === 0 || !ownEnds.has(status)) return;
  const lastAt = [...ran.values()].reduce((latest, { endedAt }) => Math.max(latest, endedAt), begunAt);
  const afterMs = Math.max(0, finishedAt - lastAt);
  load.courses.push({ places: [...places.values()], begunAt, afterMs, recordedMs: finishedAt - begunAt });
}

/** Of the newest goals; the oldest first, as queues have them. */
export function loadOf(digests: readonly GoalDigest[]): Load {
  const load: Load = { tasks: [], held: [], courses: [] };
  let count = 0;
  let most = 0;
  for (const { tasks } of digests) {
    count += tasks.length;
    if (count > MOST_TASKS && most > 0) break;
    most += 1;
  }
  for (const digest of digests.slice(0, most).toReversed()) addGoal(load, digest);
  return load;
}
