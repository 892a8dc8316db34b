import type { Goal, GoalError, Missing } from '../contract/goal.ts';
import type { GoalStatus } from '../contract/goal-status.ts';
import type { TaskStatus, Usage } from '../contract/task-outcome.ts';

/** Times are in ms since the epoch, by the server's clock. */
export interface TaskProgress {
  readonly id: string;
  readonly worker: string;
  readonly dependencies: readonly string[];
  readonly status: TaskStatus;
  /** Times a worker has started it. */
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Null until the task has ended. */
  readonly usage: Usage | null;
  readonly errors: readonly string[];
  /** What it said last of its work. */
  readonly note: string | null;
}

/** What a view shows of a goal. */
export interface GoalProgress {
  readonly id: string;
  readonly goal: string;
  readonly status: GoalStatus;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** In the plan's order. */
  readonly tasks: readonly TaskProgress[];
  /** Characters of the answer written so far. */
  readonly answerLength: number;
  /** Of the whole goal, known once the goal itself was read after its end; null before. */
  readonly usage: Usage | null;
  readonly simulated: boolean;
  readonly error: GoalError | null;
  readonly missing: readonly Missing[];
}

/** The view of a goal whose events are about to be read. */
export function beginProgress({
  id,
  goal,
  createdAt,
}: Pick<Goal, 'id' | 'goal' | 'createdAt'>): GoalProgress {
  return {
    id,
    goal,
    status: 'accepted',
    createdAt: Date.parse(createdAt),
    finishedAt: null,
    tasks: [],
    answerLength: 0,
    usage: null,
    simulated: false,
    error: null,
    missing: [],
  };
}

function ms(moment: string | null): number | null {
  return moment === null ? null : Date.parse(moment);
}

/** The view of a goal as it was read, which knows what events do not tell: the goal's own calls, and who answered. */
export function progressOf(goal: Goal): GoalProgress {
  const dependencies = new Map(goal.plan?.tasks.map((task) => [task.id, task.dependencies]));
  return {
    ...beginProgress(goal),
    status: goal.status,
    finishedAt: ms(goal.finishedAt),
    tasks: goal.tasks.map((task) => ({
      id: task.id,
      worker: task.worker,
      dependencies: dependencies.get(task.id) ?? [],
      status: task.status,
      attempts: task.attempts,
      startedAt: ms(task.startedAt),
      finishedAt: ms(task.finishedAt),
      usage: task.usage,
      errors: task.errors,
      note: null,
    })),
    answerLength: goal.output?.length ?? 0,
    usage: goal.usage,
    simulated: goal.simulated,
    error: goal.error,
    missing: goal.missing,
  };
}

/** The goal's usage, or until it is known the sum over the tasks that have ended. */
export function usageSoFar({ usage, tasks }: GoalProgress): Usage {
  if (usage) return usage;
  const total = { ...noUsage };
  for (const { usage: own } of tasks) {
    if (!own) continue;
    for (const name of counts) total[name] += own[name];
    total.costUsd = total.costUsd === null || own.costUsd === null ? null : total.costUsd + own.costUsd;
  }
  return total;
}

const counts = [
  'calls',
  'possiblyRepeatedCalls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
] as const;

const noUsage: Usage = {
  calls: 0,
  possiblyRepeatedCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
};
