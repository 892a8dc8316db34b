import type { CallClaim } from '../model/call-claim.ts';
import type { JournalBeginning } from '../model/journaled-llm.ts';
import type { BudgetScope } from '../model/budget-exceeded.ts';
import { usdOf } from './nano-usd.ts';

type Refusal = Extract<JournalBeginning, { kind: 'over_budget' }>;

const owners: Readonly<Record<BudgetScope, string>> = {
  goal: 'The goal',
  task: 'The task',
  tenant: 'The tenant',
};

function numberText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 9 });
}

/** What the script said of a call that doesn't fit, for people. */
export function budgetRefusal(
  [scope, unit, limit, kept, spent, asked]: readonly string[],
  { model }: Pick<CallClaim, 'model'>,
): Refusal {
  const whose = scope as BudgetScope;
  const budget = `${owners[whose]}'s budget${whose === 'tenant' ? ' of the day' : ''}`;
  if (unit === 'price') {
    const limited = `${budget} is in US dollars ($${usd(limit)}), and the price of ${model} is unknown`;
    return over(whose, `${limited}: name it in MODEL_PRICES_FILE, or give the budget in tokens.`);
  }
  const amount = (text: string | undefined): string =>
    unit === 'tokens' ? `${numberText(Number(text))} tokens` : `$${usd(text)}`;
  const fence = Number(kept) > 0 ? `, ${amount(kept)} are kept back for the answer` : '';
  return over(
    whose,
    `${budget} of ${amount(limit)} is exhausted: ${amount(spent)} are spent${fence}, and this call needs about ${amount(asked)}.`,
  );
}

function usd(nanoUsd: string | undefined): string {
  return numberText(usdOf(Number(nanoUsd)));
}

function over(scope: BudgetScope, message: string): Refusal {
  return { kind: 'over_budget', scope, message };
}
