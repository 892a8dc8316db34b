import type { Usage } from '../contract/task-outcome.ts';
import type { GoalProgress, TaskProgress } from './goal-progress.ts';

/** The goal's usage, or until it is known the sum over the tasks that have ended, in goals within it too. */
export function usageSoFar({ usage, tasks }: Pick<GoalProgress, 'usage' | 'tasks'>): Usage {
  if (usage) return usage;
  const total = { ...noUsage };
  for (const task of tasks) {
    const own = usageOfTask(task);
    if (!own) continue;
    for (const name of counts) total[name] += own[name];
    total.costUsd = sumOf(total.costUsd, own.costUsd);
    total.savedUsd = sumOf(total.savedUsd, own.savedUsd);
  }
  return total;
}

/** Null while nothing is known of it. */
export function usageOfTask({ usage, subGoal }: TaskProgress): Usage | null {
  return usage ?? (subGoal && usageSoFar(subGoal));
}

/** Of US dollars; null when one is not known. */
function sumOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

const counts = [
  'calls',
  'possiblyRepeatedCalls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'webSearches',
] as const;

const noUsage: Usage = {
  calls: 0,
  possiblyRepeatedCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  webSearches: 0,
  costUsd: 0,
  savedUsd: 0,
};
