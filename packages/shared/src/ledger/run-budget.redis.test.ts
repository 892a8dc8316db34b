import { describe, expect, it } from 'vitest';
import { skippedForBudget } from '../contract/budget-skip.ts';
import { readEvents } from './event-log.ts';
import { createGoal } from './goal-acceptance.ts';
import { readGoalFacts } from './goal-record.ts';
import { readGoal } from './goal-view.ts';
import { amendPlan } from './plan-amendment.ts';
import { approvePlan, proposePlan } from './plan-approval.ts';
import { recordPlan } from './plan-record.ts';
import { readBudgets, roomIn, roomOfAnswer, type RunBudget } from './run-budget.ts';
import { recordOutcome, startTask } from './task-record.ts';
import { readTaskSpec } from './task-results.ts';
import { leaseOf, newGoal, openTestLedger, plan, TENANT } from './testing/test-ledger.ts';

const goalId = 'goal_1';
const options = { budget: { maxTokens: 10_000, maxCostUsd: 2 } };
const told = { tokens: 1, costUsd: null, fits: true, cheaper: [], leftOut: ['advice'] };
const budget: RunBudget = {
  tierLimits: new Map([['tea', 'fast']]),
  leftOut: new Map([['advice', skippedForBudget('goal', 'No money.')]]),
  fence: { tokens: 3_000, costUsd: 0.5 },
  told,
};
const links = () => ({ self: '', events: '', dashboard: null });

async function open() {
  const opened = openTestLedger();
  await createGoal(opened.ledger, newGoal(goalId, { options }));
  return opened;
}

describe('a plan that runs within a budget', () => {
  it('is recorded with what does not run, and all of it is told', async () => {
    const { ledger, redis } = await open();
    expect(await recordPlan(ledger, goalId, 1, null, plan, budget)).toBe(true);
    const goal = await readGoal(ledger, goalId, TENANT, links);
    expect(goal?.tasks.map(({ id, status, errors }) => [id, status, errors])).toEqual([
      ['tea', 'queued', []],
      ['coffee', 'queued', []],
      ['advice', 'skipped', ['No money.']],
    ]);
    expect(await readTaskSpec(ledger, goalId, 'tea')).toMatchObject({ tierLimit: 'fast' });
    expect(await readTaskSpec(ledger, goalId, 'coffee')).not.toHaveProperty('tierLimit');
    expect((await readGoalFacts(ledger, goalId))?.runTaskIds).toEqual(['tea', 'coffee']);
    expect(await redis.hmget(ledger.goal(goalId).goal, 'fenceTokens', 'fenceNanoUsd')).toEqual([
      '3000',
      '500000000',
    ]);
    const events = await readEvents(ledger, goalId, '0');
    expect(events.map(({ event }) => event)).toEqual([
      'goal.accepted',
      'goal.planned',
      'goal.running',
      'task.queued',
      'task.queued',
      'task.skipped',
    ]);
    expect(events[2]?.data).toMatchObject({ budget: told });
    expect(events[5]?.data).toMatchObject({ taskId: 'advice', errors: ['No money.'] });
  });

  it('is approved so, too', async () => {
    const { ledger } = await open();
    await proposePlan(ledger, goalId, null, plan);
    expect(await approvePlan(ledger, goalId, 1, plan, false, budget)).toBe(true);
    expect((await readGoalFacts(ledger, goalId))?.runTaskIds).toEqual(['tea', 'coffee']);
    expect(await startTask(ledger, { goalId, rev: 1, taskId: 'advice' })).toMatchObject({ kind: 'settled' });
  });

  it('is changed so: an outcome that is forgotten gives way to the new one', async () => {
    const { ledger } = await open();
    await recordPlan(ledger, goalId, 1, null, plan);
    for (const taskId of ['tea', 'coffee']) {
      const task = { goalId, rev: 1, taskId };
      const failed = { ...skippedForBudget('goal', 'x'), status: 'failed' } as const;
      await recordOutcome(ledger, task, await leaseOf(ledger, task), failed, []);
    }
    const amended = await amendPlan(ledger, goalId, {
      rev: 1,
      lease: { place: '', number: 1 },
      plan,
      clear: ['coffee', 'advice'],
      end: null,
      event: { event: 'goal.replanned', data: {} },
      counts: 'replans',
      fields: {},
      budget,
    });
    expect(amended).toBe(true);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, runTaskIds: ['coffee'] });
    const goal = await readGoal(ledger, goalId, TENANT, links);
    expect(goal?.tasks.map(({ status }) => status)).toEqual(['failed', 'queued', 'skipped']);
    const events = await readEvents(ledger, goalId, '0');
    expect(events.slice(-3).map(({ event }) => event)).toEqual([
      'goal.replanned',
      'task.skipped',
      'task.queued',
    ]);
  });
});

describe('what budgets leave', () => {
  it('is the least of a goal and those above it, each less what it keeps for its answer', async () => {
    const { ledger, redis } = await open();
    const { goal } = ledger.goal(goalId);
    await redis.hset(goal, { inputTokens: 4_000, lostTokens: 500, costNanoUsd: 5e8, fenceTokens: 3_000 });
    await createGoal(ledger, newGoal('goal_2', { options: { budget: { maxTokens: 9_000 } } }));
    await redis.hset(ledger.goal('goal_2').goal, 'parent', JSON.stringify({ goalId, taskId: 'tea' }));
    const held = await readBudgets(ledger, 'goal_2');
    expect(held.map((each) => each.goalId)).toEqual(['goal_2', goalId]);
    expect(roomIn(held)).toEqual({ tokens: 2_500, costUsd: 1.5 });
    expect(roomIn(held, () => ({ tokens: 0, costUsd: 0 }))).toEqual({ tokens: 5_500, costUsd: 1.5 });
    expect(await roomOfAnswer(ledger, goalId, 1)).toEqual({ tokens: 5_500, costUsd: 1.5 });
    expect(await roomOfAnswer(ledger, 'goal_2', 1)).toEqual({ tokens: 2_500, costUsd: 1.5 });
  });

  it('to the answer is decided once per rev, so that a run that begins again asks for the same', async () => {
    const { ledger, redis } = await open();
    const { goal } = ledger.goal(goalId);
    expect(await roomOfAnswer(ledger, goalId, 1)).toEqual({ tokens: 10_000, costUsd: 2 });
    await redis.hset(goal, 'inputTokens', 4_000);
    expect(await roomOfAnswer(ledger, goalId, 1)).toEqual({ tokens: 10_000, costUsd: 2 });
    expect(await roomOfAnswer(ledger, goalId, 11)).toEqual({ tokens: 6_000, costUsd: 2 });
  });

  it('is everything where there is none, and nothing is written', async () => {
    const { ledger, keys } = openTestLedger();
    expect(await roomOfAnswer(ledger, 'goal_x', 1)).toEqual({ tokens: null, costUsd: null });
    expect(await keys()).toEqual([]);
  });
});
