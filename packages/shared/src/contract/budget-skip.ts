import { unworked, type Outcome } from './task-outcome.ts';

/** Whose budget keeps something from being done. */
export type BudgetScope = 'goal' | 'task' | 'tenant';

/** The outcome of a task for which a budget does not reach. @param message a sentence for people that names the budget. */
export function skippedForBudget(scope: BudgetScope, message: string): Outcome {
  return { ...unworked('skipped', message), metadata: { budget: scope } };
}

/** Whose budget kept the task from being done, or from being done whole; null where none did. */
export function shortBudgetOf(outcome: Pick<Outcome, 'metadata'> | null): BudgetScope | null {
  const scope = outcome?.metadata['budget'];
  return scope === 'goal' || scope === 'task' || scope === 'tenant' ? scope : null;
}
