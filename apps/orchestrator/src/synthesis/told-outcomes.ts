import type { ToldOutcome } from '@baton/plan/prompts/synthesis-prompt';
import { shortBudgetOf } from '@baton/shared/contract/budget-skip';
import type { Outcome } from '@baton/shared/contract/task-outcome';
import type { TaskResult } from '@baton/shared/ledger/task-results';

/** It was left out on purpose: the goal was finished early. */
export function isUnneeded(outcome: Outcome | null): boolean {
  return outcome?.status === 'cancelled' && outcome.metadata['finishedEarly'] === true;
}

/** Where there is little to spend, nothing is spent on its sums, for each task anew. */
function reasonsOf(outcome: Outcome | null): readonly string[] {
  if (!outcome) return ['Its job left the queue without an outcome.'];
  const isLeftOut = outcome.status === 'skipped' && shortBudgetOf(outcome) !== null;
  return isLeftOut ? ['The budget did not reach for it.'] : outcome.errors;
}

/** Tasks as the synthesiser and the assessor are told of them. */
export function toldOutcomes(results: readonly TaskResult[]): ToldOutcome[] {
  return results.map(({ task, outcome }) => ({
    taskId: task.id,
    worker: task.worker,
    description: task.description,
    priority: task.priority,
    isBuiltOn: task.dependents.length > 0,
    status: outcome?.status ?? 'cancelled',
    output: outcome?.output ?? null,
    errors: reasonsOf(outcome),
  }));
}
