import { describe, expect, it } from 'vitest';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { readGoalFacts, type GoalFacts } from '@baton/shared/ledger/goal-record';
import { newGoal, openTestLedger } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { fenceOf, planFitter } from './fit-plan.ts';
import { forecastingBy, typical } from './testing/known-samples.ts';

const goalId = 'goal_1';
const history = {
  'researcher claude-sonnet-5-5': typical(10_000),
  ':synthesis claude-opus-5-5': typical(4_000),
};
const tasks = ['tea', 'coffee', 'advice'].map((id, at) => ({
  id,
  worker: 'researcher',
  description: `Do ${id}`,
  requirements: [],
  dependencies: [],
  priority: at === 2 ? ('low' as const) : ('medium' as const),
  complexity: 'medium' as const,
}));

/** A goal with these options, of which so many tokens are spent. */
async function open(options: object, inputTokens = 0) {
  const { ledger, redis } = openTestLedger();
  await createGoal(ledger, newGoal(goalId, { options }));
  await redis.hset(ledger.goal(goalId).goal, 'inputTokens', inputTokens);
  const fit = planFitter({ ledger, ...forecastingBy(history) });
  const facts = (await readGoalFacts(ledger, goalId)) as GoalFacts;
  return { ledger, redis, fit, facts };
}

describe('fitting a plan to the budgets that hold for its goal', () => {
  it('does nothing where there is none', async () => {
    const { fit, facts } = await open({ taskBudget: { maxTokens: 5 } });
    expect(await fit(goalId, facts, tasks)).toBeNull();
  });

  it('keeps for the answer what it is forecast to take with a margin, and leaves the plan where it fits', async () => {
    const { fit, facts } = await open({ budget: { maxTokens: 36_000 } });
    expect(await fit(goalId, facts, tasks)).toEqual({
      tierLimits: new Map(),
      leftOut: new Map(),
      fence: { tokens: 6_000, costUsd: null },
      told: null,
    });
  });

  it('counts what is spent, and says of what is left out why', async () => {
    const { fit, facts } = await open({ budget: { maxTokens: 36_000 } }, 1_000);
    const fitted = await fit(goalId, facts, tasks);
    expect([...(fitted?.leftOut ?? [])]).toEqual([
      [
        'advice',
        expect.objectContaining({
          status: 'skipped',
          metadata: { budget: 'goal' },
          errors: [
            'Left out before anything was spent on it: the budget of 36,000 tokens does not reach for every task (30,000 tokens forecast for all of them, 20,000 tokens for those that run).',
          ],
        }),
      ],
    ]);
    expect(fitted?.told).toMatchObject({ leftOut: ['advice'], tokens: 24_000 });
  });

  it('says why in the money that a budget is of', async () => {
    const { fit, facts } = await open({ budget: { maxCostUsd: 0.005 } });
    const [left] = [...((await fit(goalId, facts, tasks))?.leftOut.values() ?? [])];
    expect(left?.errors).toEqual([
      'Left out before anything was spent on it: the budget of $0.005 does not reach for every task ($0.03 forecast for all of them, $0.0028 for those that run).',
    ]);
  });

  it('says that a model has no known price where that is why', async () => {
    const { ledger, facts } = await open({ budget: { maxCostUsd: 1 } });
    const fit = planFitter({ ledger, ...forecastingBy({}), costOf: () => null });
    const [left] = [...((await fit(goalId, facts, tasks))?.leftOut.values() ?? [])];
    expect(left?.errors[0]).toMatch(/models without a known price are not asked: see MODEL_PRICES_FILE\.$/);
  });

  it('holds a sub-goal to what the goal above has left, and keeps nothing for a mere collection', async () => {
    const { ledger, redis, fit } = await open({ budget: { maxTokens: 20_000 } });
    await redis.hset(ledger.goal(goalId).goal, 'fenceTokens', 5_000);
    await createGoal(ledger, newGoal('goal_2'));
    const { goal } = ledger.goal('goal_2');
    await redis.hset(goal, { parent: JSON.stringify({ goalId, taskId: 'x' }), kind: 'each' });
    const facts = (await readGoalFacts(ledger, 'goal_2')) as GoalFacts;
    const fitted = await fit('goal_2', facts, tasks);
    expect([...(fitted?.leftOut.keys() ?? [])]).toEqual(['coffee', 'advice']);
    expect(fitted?.fence).toBeNull();
  });
});

describe('what is kept for the answer', () => {
  it('is at most two fifths of the budget, and all of that where the cost is unknown', () => {
    const unknown = { tokens: 9_000, costUsd: null };
    expect(fenceOf({ maxTokens: 10_000, maxCostUsd: 2 }, unknown)).toEqual({ tokens: 4_000, costUsd: 0.8 });
    expect(fenceOf({ maxCostUsd: 2 }, { tokens: 9_000, costUsd: 0.1 })).toEqual({
      tokens: null,
      costUsd: 0.15,
    });
  });
});
