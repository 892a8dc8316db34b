/* What a goal and its tasks may spend, whatever begins, ends, is lost and repeated beside each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget } from '../contract/goal-request.ts';
import type { CallClaim } from '../model/call-claim.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { readGoal } from './goal-view.ts';
import { openJournal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { recordPlan } from './plan-record.ts';
import { createSubGoal } from './sub-goals.ts';
import { answer, callKey, taskJournal } from './testing/journaled.ts';
import {
  claim,
  leaseOf,
  openTestLedger,
  plan,
  purpose,
  request,
  RETENTION,
  runningGoal,
  TENANT,
} from './testing/test-ledger.ts';

const started = { kind: 'started', repeated: false };

/** Of so many tokens, and at the worst of so many. */
function taking(tokens: number, worstTokens = tokens, fields: Partial<CallClaim> = {}): CallClaim {
  return { ...claim, tokens, worstTokens, ...fields };
}

async function goalWith(options: { budget?: Budget; taskBudget?: Budget }) {
  const test = openTestLedger();
  const goalId = await runningGoal(test.ledger, 'goal_1', { options });
  const { goal, reserved } = test.ledger.goal(goalId);
  const held = async () => (await test.redis.hkeys(reserved)).filter((field) => field.startsWith('{')).length;
  return { ...test, goalId, goal, reserved, held };
}

/** Journals of the task `tea` of a goal with so many tokens. */
async function withTokens(maxTokens: number) {
  const test = await goalWith({ budget: { maxTokens } });
  return { ...test, journal: await taskJournal(test.ledger, test.goalId) };
}

describe('a goal with a budget of tokens', () => {
  it('begins what fits, and nothing once it is spent', async () => {
    const { journal } = await withTokens(1_000);
    expect(await journal.begin(callKey(1), taking(600))).toEqual(started);
    await journal.record(callKey(1), answer(600));
    expect(await journal.begin(callKey(2), taking(500))).toEqual({
      kind: 'over_budget',
      scope: 'goal',
      message:
        "The goal's budget of 1,000 tokens is exhausted: 600 tokens are spent, and this call needs about 500 tokens.",
    });
    expect(await journal.begin(callKey(3), taking(400))).toEqual(started);
  });

  it('is busy while only others under way leave no room', async () => {
    const { journal } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(600));
    expect(await journal.begin(callKey(2), taking(500))).toEqual({ kind: 'busy' });
    await journal.record(callKey(1), answer(300));
    expect(await journal.begin(callKey(2), taking(500))).toEqual(started);
  });

  it('is busy while the most that others can take would leave none', async () => {
    const { journal } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(100, 1_001));
    expect(await journal.begin(callKey(2), taking(100))).toEqual({ kind: 'busy' });
    await journal.abandon(callKey(1));
    expect(await journal.begin(callKey(2), taking(100))).toEqual(started);
  });

  it('gives recorded answers back when it is spent', async () => {
    const { journal } = await withTokens(100);
    await journal.begin(callKey(1), taking(100));
    await journal.record(callKey(1), answer(200));
    expect((await journal.begin(callKey(1), taking(100))).kind).toBe('recorded');
    expect((await journal.begin(callKey(2), taking(1))).kind).toBe('over_budget');
  });

  it('counts what nobody heard of again, and what is begun again, by what was expected of it', async () => {
    const { journal, redis, goal, held } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(600, 900, { lastsMs: 0 }));
    expect((await journal.begin(callKey(2), taking(500))).kind).toBe('over_budget');
    expect(await journal.begin(callKey(1), taking(300))).toEqual({ kind: 'started', repeated: true });
    expect(await redis.hget(goal, 'lostTokens')).toBe('600');
    expect(await journal.begin(callKey(2), taking(200))).toEqual({ kind: 'busy' });
    await journal.record(callKey(1), answer(300));
    expect((await journal.begin(callKey(2), taking(101))).kind).toBe('over_budget');
    expect(await journal.begin(callKey(2), taking(100))).toEqual(started);
    expect(await held()).toBe(1);
  });

  it('counts answers that were lost on the way by what was expected of them', async () => {
    const { journal, redis, goal } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(200));
    expect(await journal.mayGoOn(2, callKey(1))).toBe(true);
    expect(await redis.hget(goal, 'lostTokens')).toBe('400');
    expect((await journal.begin(callKey(2), taking(601))).kind).toBe('over_budget');
  });

  it('makes no call again for which what was lost leaves nothing', async () => {
    const { journal, redis, goal, held } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(400));
    expect(await journal.mayGoOn(1, callKey(1))).toBe(true);
    const again = journal.mayGoOn(1, callKey(1));
    await expect(again).rejects.toMatchObject({ name: 'BudgetExceeded', scope: 'goal' });
    expect([await redis.hget(goal, 'lostTokens'), await held()]).toEqual(['800', 0]);
    await journal.abandon(callKey(1));
    expect(await journal.begin(callKey(2), taking(200))).toEqual(started);
  });

  it('does not wait for a call whose answer was lost for good, and counts it by what was expected of it', async () => {
    const { journal, redis, goal, held } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(300, 1_001));
    await journal.lose(callKey(1));
    expect((await journal.begin(callKey(2), taking(701))).kind).toBe('over_budget');
    expect(await journal.begin(callKey(2), taking(500))).toEqual(started);
    await journal.lose(callKey(1));
    expect(await journal.begin(callKey(1), taking(300))).toEqual({ kind: 'busy' });
    expect(await journal.begin(callKey(1), taking(200))).toEqual({ kind: 'started', repeated: true });
    expect(await redis.hget(goal, 'lostTokens')).toBe('300');
    await journal.lose(callKey(1));
    await journal.record(callKey(1), answer(100));
    await journal.record(callKey(2), answer(500));
    expect(await held()).toBe(0);
    expect((await journal.begin(callKey(3), taking(100))).kind).toBe('started');
  });

  it('holds a call for as long again each time that it is made again', async () => {
    const { journal, redis, reserved } = await withTokens(1_000);
    await journal.begin(callKey(1), taking(200, 300, { lastsMs: 60_000 }));
    const all = Object.entries(await redis.hgetall(reserved));
    const [field = '', before = ''] = all.find(([name]) => name.startsWith('{')) ?? [];
    await redis.hset(reserved, field, before.replace(/ \d+ 60000 /, ' 5 60000 '));
    await journal.mayGoOn(0, callKey(1));
    const until = Number((await redis.hget(reserved, field))?.split(' ')[4]);
    expect(until).toBeGreaterThan(Date.now());
  });

  it('keeps the share of its synthesis back for it', async () => {
    const { ledger, redis, goal, goalId, journal } = await withTokens(1_000);
    await redis.hset(goal, 'fenceTokens', 300);
    expect(await journal.begin(callKey(1), taking(701))).toMatchObject({
      kind: 'over_budget',
      message: expect.stringContaining('300 tokens are kept back for the answer'),
    });
    const lease = { place: ':synthesis', number: 1 };
    await redis.hset(ledger.goal(goalId).tasks, 'starts::synthesis', 1);
    const synthesis = openJournal(ledger, { goalId, lease, retries: 0 }, purpose);
    expect(await synthesis.begin(callKey(1), taking(1_000))).toEqual(started);
  });

  it('exceeds it by no more than one call, whatever calls take, and however many are lost or come late', async () => {
    const limit = 1_000;
    const beginning = { expected: fc.nat(300), more: fc.nat(400), isLost: fc.nat(9).map((nth) => nth === 0) };
    const ending = { at: fc.nat(5), share: fc.double({ min: 0, max: 1, noNaN: true }) };
    const step = fc.oneof(
      fc.record({ act: fc.constant('begin' as const), ...beginning }),
      fc.record({ act: fc.constantFrom('record' as const, 'abandon' as const), ...ending }),
    );
    interface Call {
      readonly key: number;
      readonly expected: number;
      readonly worst: number;
      readonly isLost: boolean;
    }
    const sum = (calls: readonly Call[], of: 'expected' | 'worst'): number =>
      calls.reduce((total, call) => total + call[of], 0);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const { journal, redis, keys } = await withTokens(limit);
        const calls: Call[] = [];
        let spent = 0;
        for (const [number, each] of steps.entries()) {
          const open = calls.filter(({ isLost }) => !isLost);
          const lost = calls.filter(({ isLost }) => isLost);
          if (each.act === 'begin') {
            const { expected, isLost } = each;
            const worst = expected + each.more;
            const lasting = { lastsMs: isLost ? 0 : 60_000 };
            const { kind } = await journal.begin(callKey(number), taking(expected, worst, lasting));
            const left = limit - spent - sum(lost, 'expected');
            const fits = sum(open, 'expected') + expected <= left && sum(open, 'worst') <= left;
            expect(kind).toBe(fits ? 'started' : expected > left ? 'over_budget' : 'busy');
            if (fits) calls.push({ key: number, expected, worst, isLost });
          } else {
            const [call] = calls.splice(each.at % Math.max(1, calls.length), 1);
            if (!call) continue;
            const used = Math.floor(call.worst * each.share);
            if (each.act === 'abandon') await journal.abandon(callKey(call.key));
            else await journal.record(callKey(call.key), answer(used));
            if (each.act === 'record') spent += used;
          }
          const known = calls.filter(({ isLost }) => !isLost);
          if (calls.length === known.length && !steps.some((one) => one.act === 'begin' && one.isLost))
            expect(spent + sum(known, 'worst')).toBeLessThanOrEqual(limit + 700);
        }
        await redis.del(...(await keys()));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a goal with a budget of dollars', () => {
  it('begins what fits, by the price of its model', async () => {
    const { ledger, goalId } = await goalWith({ budget: { maxCostUsd: 0.01 } });
    const journal = await taskJournal(ledger, goalId);
    const costing = (costNanoUsd: number) => ({ ...claim, costNanoUsd, worstCostNanoUsd: costNanoUsd });
    await journal.begin(callKey(1), costing(6_000_000));
    await journal.record(callKey(1), answer(10, 0.006));
    expect(await journal.begin(callKey(2), costing(5_000_000))).toMatchObject({
      scope: 'goal',
      message: "The goal's budget of $0.01 is exhausted: $0.006 are spent, and this call needs about $0.005.",
    });
    expect(await journal.begin(callKey(2), costing(4_000_000))).toEqual(started);
  });

  it('makes no call of a model without a price, and says what to do', async () => {
    const { ledger, goalId } = await goalWith({ budget: { maxCostUsd: 1 } });
    const journal = await taskJournal(ledger, goalId);
    const unpriced = { ...claim, model: 'llama3:8b', costNanoUsd: null, worstCostNanoUsd: null };
    expect(await journal.begin(callKey(1), unpriced)).toEqual({
      kind: 'over_budget',
      scope: 'goal',
      message:
        "The goal's budget is in US dollars ($1), and the price of llama3:8b is unknown: name it in MODEL_PRICES_FILE, or give the budget in tokens.",
    });
  });

  it('counts a call that turns out to have no price by what was expected of it', async () => {
    const { ledger, goalId, redis, goal } = await goalWith({ budget: { maxCostUsd: 1 } });
    const journal = await taskJournal(ledger, goalId);
    await journal.begin(callKey(1), { ...claim, costNanoUsd: 7_000, worstCostNanoUsd: 9_000 });
    await journal.record(callKey(1), answer(10, null));
    expect(await redis.hmget(goal, 'lostNanoUsd', 'lostTokens', 'unpricedCalls')).toEqual(['7000', '0', '1']);
  });
});

describe('a goal without a budget', () => {
  it('holds nothing, of whatever it calls', async () => {
    const { ledger, goalId, held, redis, goal } = await goalWith({});
    const journal = await taskJournal(ledger, goalId);
    const unpriced = { ...claim, costNanoUsd: null, worstCostNanoUsd: null, tokens: 1e9, worstTokens: 1e9 };
    expect(await journal.begin(callKey(1), unpriced)).toEqual(started);
    expect(await held()).toBe(0);
    await journal.record(callKey(1), answer(10, null));
    expect(await redis.hexists(goal, 'lostNanoUsd')).toBe(0);
  });
});

describe('a task with a budget', () => {
  it('has it for itself', async () => {
    const { ledger, goalId } = await goalWith({ taskBudget: { maxTokens: 500 } });
    const tea = await taskJournal(ledger, goalId, 'tea');
    const coffee = await taskJournal(ledger, goalId, 'coffee');
    await tea.begin(callKey(1), taking(400));
    await tea.record(callKey(1), answer(400));
    expect(await tea.begin(callKey(2), taking(200))).toMatchObject({
      kind: 'over_budget',
      scope: 'task',
      message:
        "The task's budget of 500 tokens is exhausted: 400 tokens are spent, and this call needs about 200 tokens.",
    });
    expect(await coffee.begin(callKey(1), taking(400))).toEqual(started);
    expect(await coffee.begin(callKey(2), taking(200))).toEqual({ kind: 'busy' });
  });

  it('has it anew when its goal is set going again, and the goal its own no second time', async () => {
    const options = { budget: { maxTokens: 1_000 }, taskBudget: { maxTokens: 500 } };
    const { ledger, goalId } = await goalWith(options);
    const journal = await taskJournal(ledger, goalId);
    await journal.begin(callKey(1), taking(500));
    await journal.record(callKey(1), answer(500));
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    await retryGoal(ledger, goalId);
    const again = await taskJournal(ledger, goalId, 'tea', 2, 1);
    expect(await again.begin(callKey(1), taking(501))).toMatchObject({ scope: 'goal' });
    expect(await again.begin(callKey(1), taking(500))).toEqual(started);
  });
});

describe('a sub-goal', () => {
  /** Which does the task `tea`. */
  async function subGoal(ledger: Ledger, goalId: string, options: object = {}) {
    const tea = { goalId, rev: 1, taskId: 'tea' };
    const sub = {
      goalId: 'goal_sub',
      kind: 'goal',
      depth: 2,
      goal: 'g',
      context: null,
      recipe: null,
      plan: null,
      options: request({ options }).options,
      inputs: [],
    } as const;
    await createSubGoal(ledger, tea, await leaseOf(ledger, tea), sub, { jobId: 'j', message: 'm' });
    await recordPlan(ledger, 'goal_sub', 1, null, plan);
    return taskJournal(ledger, 'goal_sub', 'coffee');
  }

  it("spends of its goal's budget, and holds of it", async () => {
    const { ledger, goalId, held } = await goalWith({ budget: { maxTokens: 1_000 } });
    const below = await subGoal(ledger, goalId);
    const above = await taskJournal(ledger, goalId, 'coffee');
    await below.begin(callKey(1), taking(700));
    expect(await held()).toBe(1);
    expect(await above.begin(callKey(1), taking(400))).toEqual({ kind: 'busy' });
    await below.record(callKey(1), answer(700));
    expect(await held()).toBe(0);
    expect(await above.begin(callKey(1), taking(400))).toMatchObject({ scope: 'goal' });
  });

  it('has budgets of its own besides', async () => {
    const { ledger, goalId } = await goalWith({});
    const below = await subGoal(ledger, goalId, { taskBudget: { maxTokens: 500 } });
    expect(await below.begin(callKey(1), taking(501))).toMatchObject({ scope: 'task' });
  });

  it('spends of the budget of the task that it does', async () => {
    const { ledger, goalId, redis } = await goalWith({ taskBudget: { maxTokens: 500 } });
    const below = await subGoal(ledger, goalId);
    await below.begin(callKey(1), taking(400));
    await below.record(callKey(1), answer(400));
    expect(await below.begin(callKey(2), taking(200))).toMatchObject({ scope: 'task' });
    expect(await redis.hget(ledger.goal(goalId).tasks, 'spentTokens:tea')).toBe('400');
  });

  it("leaves alone what is kept back for its goal's synthesis, its own synthesis too", async () => {
    const { ledger, goalId, redis, goal } = await goalWith({ budget: { maxTokens: 1_000 } });
    await redis.hset(goal, 'fenceTokens', 300);
    await subGoal(ledger, goalId);
    await redis.hset(ledger.goal('goal_sub').tasks, 'starts::synthesis', 1);
    const lease = { place: ':synthesis', number: 1 };
    const synthesis = openJournal(ledger, { goalId: 'goal_sub', lease, retries: 0 }, purpose);
    expect((await synthesis.begin(callKey(1), taking(701))).kind).toBe('over_budget');
    expect(await synthesis.begin(callKey(1), taking(700))).toEqual(started);
  });
});

it('what is not known to have been used is no part of what a goal shows', async () => {
  const { journal, ledger, goalId } = await withTokens(1_000);
  await journal.begin(callKey(1), taking(500));
  await journal.mayGoOn(1, callKey(1));
  const goal = await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
  expect(goal?.usage).toMatchObject({ calls: 0, possiblyRepeatedCalls: 1, inputTokens: 0, outputTokens: 0 });
});
