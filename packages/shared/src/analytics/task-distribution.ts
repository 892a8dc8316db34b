import { percentilesOf, type Percentiles } from '@baton/plan/percentiles';
import type { TaskDistribution } from '../contract/analytics.ts';
import { outcomeStatuses } from '../contract/task-outcome.ts';
import type { DigestTask, GoalDigest } from './goal-digest.ts';
import { inOrder, rounded } from './rounding.ts';

/** Of times in ms. */
export function secondsOf(times: readonly number[]): Percentiles | null {
  const found = percentilesOf(times);
  if (!found) return null;
  const { p50, p90, p95, p99, max } = found;
  const of = (ms: number): number => rounded(ms / 1_000);
  return { p50: of(p50), p90: of(p90), p95: of(p95), p99: of(p99), max: of(max) };
}

function between(from: number | null, to: number | null): number[] {
  return from === null || to === null ? [] : [Math.max(0, to - from)];
}

function distributionOf(workerType: string, tasks: readonly DigestTask[]): TaskDistribution {
  const attempted = (is: (attempts: number) => boolean): number =>
    tasks.filter(({ attempts }) => is(attempts)).length;
  const outcomes = outcomeStatuses.map((status) => [
    status,
    tasks.filter((task) => task.status === status).length,
  ]);
  return {
    workerType,
    tasks: tasks.length,
    outcomes: Object.fromEntries(outcomes) as TaskDistribution['outcomes'],
    attempts: {
      none: attempted((attempts) => attempts <= 0),
      one: attempted((attempts) => attempts === 1),
      two: attempted((attempts) => attempts === 2),
      more: attempted((attempts) => attempts > 2),
      most: tasks.reduce((most, { attempts }) => Math.max(most, attempts), 0),
    },
    putBack: tasks.filter(({ kind }) => kind === 'put_back').length,
    waitSeconds: secondsOf(tasks.flatMap(({ queuedAt, startedAt }) => between(queuedAt, startedAt))),
    seconds: secondsOf(tasks.flatMap(({ startedAt, finishedAt }) => between(startedAt, finishedAt))),
  };
}

/** Tasks by worker type, in the order of their names. */
export function taskDistributions(digests: readonly GoalDigest[]): TaskDistribution[] {
  const byType = new Map<string, DigestTask[]>();
  for (const { tasks } of digests) {
    for (const task of tasks) {
      if (task.kind === 'between') continue;
      const known = byType.get(task.worker);
      if (known) known.push(task);
      else byType.set(task.worker, [task]);
    }
  }
  return [...byType]
    .map(([type, tasks]) => distributionOf(type, tasks))
    .toSorted((one, other) => inOrder(one.workerType, other.workerType));
}
