import { expect, it } from 'vitest';
import { skippedForBudget } from '@baton/shared/contract/budget-skip';
import { unworked, type Outcome } from '@baton/shared/contract/task-outcome';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { toldOutcomes } from './told-outcomes.ts';

function reasons(outcome: Outcome | null) {
  const task = { id: 'tea', worker: 'writer', description: 'Tea.', priority: 'medium', dependents: [] };
  const [told] = toldOutcomes([{ task, outcome } as unknown as TaskResult]);
  return told?.errors;
}

it('says little of what a budget has left out, and all of what failed', () => {
  expect(reasons(skippedForBudget('goal', 'The budget of 5 tokens is exhausted: …'))).toEqual([
    'The budget did not reach for it.',
  ]);
  expect(reasons(unworked('failed', 'It broke.'))).toEqual(['It broke.']);
  expect(reasons(null)).toEqual(['Its job left the queue without an outcome.']);
});
