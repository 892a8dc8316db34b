import { ModelError } from './llm.ts';

/** Whose budget a call doesn't fit. */
export type BudgetScope = 'goal' | 'task' | 'tenant';

/** The type of a {@link ModelError} that no retry helps: the call was not made. */
export const BUDGET_EXHAUSTED = 'budget_exhausted';

/** The call was not made, since it doesn't fit what is left of a budget. */
export class BudgetExceeded extends ModelError {
  override readonly name = 'BudgetExceeded';
  readonly scope: BudgetScope;

  constructor(scope: BudgetScope, message: string) {
    super(message, { failure: { kind: 'terminal' }, type: BUDGET_EXHAUSTED });
    this.scope = scope;
  }
}
