import { recordedPath, type RecordedTask } from '@baton/plan/recorded-path';
import type { Bottleneck } from '../contract/analytics.ts';
import type { DigestTask, GoalDigest } from './goal-digest.ts';
import { inOrder, rounded, shareOf } from './rounding.ts';

/** Of a goal's time from its beginning to its end, in ms: who was waited for, and who ran. They add up to all of it. */
export interface CriticalTime {
  readonly workerType: string;
  readonly waitMs: number;
  readonly runMs: number;
}

/** Before the first task and between two: queues of goals, planning, approval, another plan. */
const PLANNER = ':planner';
/** After the last task. */
const SYNTHESIS = ':synthesis';

const ownEnds: ReadonlySet<string> = new Set(['succeeded', 'partially_succeeded', 'failed']);

/** As it was in the goal's last run; what an earlier run has done took no time of it. */
export function inLastRun({ begunAt }: GoalDigest, task: DigestTask): RecordedTask {
  const { dependencies, queuedAt, startedAt, finishedAt, kind } = task;
  const isOver = finishedAt !== null && finishedAt <= begunAt;
  return { dependencies, queuedAt, startedAt: isOver || kind === 'handed_on' ? null : startedAt, finishedAt };
}

/** Empty for a goal that ran no task. */
export function criticalTimes(digest: GoalDigest): CriticalTime[] {
  const { begunAt, finishedAt, tasks } = digest;
  const times: CriticalTime[] = [];
  let at = begunAt;
  for (const place of recordedPath(tasks.map((task) => inLastRun(digest, task)))) {
    const task = tasks[place];
    if (!task || task.startedAt === null || task.finishedAt === null) continue;
    // Clocks of one Redis: what overlaps is a task that was done by two processes, and is counted once.
    const readyAt = Math.max(at, Math.min(task.queuedAt ?? task.startedAt, task.startedAt));
    const startedAt = Math.max(readyAt, task.startedAt);
    const endedAt = Math.max(startedAt, task.finishedAt);
    times.push({ workerType: PLANNER, waitMs: 0, runMs: readyAt - at });
    times.push({ workerType: task.worker, waitMs: startedAt - readyAt, runMs: endedAt - startedAt });
    at = endedAt;
  }
  if (times.length === 0) return [];
  times.push({ workerType: SYNTHESIS, waitMs: 0, runMs: Math.max(0, finishedAt - at) });
  return times;
}

function sums(times: readonly CriticalTime[]): Map<string, { waitMs: number; runMs: number; goals: number }> {
  const byType = new Map<string, { waitMs: number; runMs: number; goals: number }>();
  for (const { workerType, waitMs, runMs } of times) {
    const sum = byType.get(workerType) ?? { waitMs: 0, runMs: 0, goals: 0 };
    byType.set(workerType, sum);
    sum.waitMs += waitMs;
    sum.runMs += runMs;
  }
  return byType;
}

/** Which types the critical paths of goals went through, and the one whose slots were waited for longest. */
export function criticalShares(digests: readonly GoalDigest[]): Omit<Bottleneck, 'simulation'> {
  const ofGoals = digests
    .filter(({ status }) => ownEnds.has(status))
    .map(criticalTimes)
    .filter((times) => times.length > 0);
  const all = sums(ofGoals.flat());
  for (const times of ofGoals) {
    let [longest, most] = ['', -1];
    for (const [type, { waitMs, runMs }] of sums(times)) {
      if (waitMs + runMs > most) [longest, most] = [type, waitMs + runMs];
    }
    const sum = all.get(longest);
    if (sum) sum.goals += 1;
  }
  let total = 0;
  for (const { waitMs, runMs } of all.values()) total += waitMs + runMs;
  const items = [...all]
    .toSorted(
      ([one, left], [other, right]) =>
        right.waitMs + right.runMs - left.waitMs - left.runMs || inOrder(one, other),
    )
    .map(([workerType, { waitMs, runMs, goals }]) => ({
      workerType,
      waitSeconds: rounded(waitMs / 1_000),
      runSeconds: rounded(runMs / 1_000),
      waitShare: shareOf(waitMs, total),
      runShare: shareOf(runMs, total),
      goals,
    }));
  const waits = [...all].filter(([, { waitMs }]) => waitMs > 0);
  const [worst] = waits.toSorted(
    ([one, left], [other, right]) => right.waitMs - left.waitMs || inOrder(one, other),
  );
  return { workerType: worst?.[0] ?? null, goals: ofGoals.length, seconds: rounded(total / 1_000), items };
}
