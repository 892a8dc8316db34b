/* Who may still act when one place has been taken up twice? */
import { describe, expect, it } from 'vitest';
import { noUsage, type Outcome } from '../contract/task-outcome.ts';
import { withJournal } from '../model/journaled-llm.ts';
import { ModelError, type LlmRequest } from '../model/llm.ts';
import { defaultPrices } from '../model/prices.ts';
import { withRetries } from '../model/retrying-llm.ts';
import { plainResponse, scriptedLlm } from '../model/testing/scripted-llm.ts';
import { endGoal } from './goal-end.ts';
import { createGoal } from './goal-acceptance.ts';
import { advanceGoal, readGoalFacts, type Advance } from './goal-record.ts';
import { recordPlan } from './plan-record.ts';
import { openJournal } from './journal.ts';
import { MOST_DEATHS, PLANNER, releaseLease, SYNTHESIS, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { recordOutcome, startTask } from './task-record.ts';
import {
  RETENTION,
  claim,
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  purpose,
  runningGoal,
} from './testing/test-ledger.ts';

const key = { step: 'call-1', attempt: 1, requestHash: 'abc' };
const entry = { response: { ...plainResponse, text: 'paid for' }, costUsd: 0 };
const done: Outcome = {
  status: 'succeeded',
  output: 'x',
  errors: [],
  usage: noUsage,
  simulated: false,
  reviews: [],
  metadata: {},
};

/** A running goal whose task `tea` was taken up by two runs, the earlier of which may be alive. */
async function takenOver() {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const tea = { goalId, rev: 1, taskId: 'tea' };
  const [earlier, later] = [await leaseOf(ledger, tea), await leaseOf(ledger, tea)];
  const journalOf = (lease: Lease) => openJournal(ledger, { goalId, lease, retries: 0 }, purpose);
  return { ledger, redis, goalId, tea, earlier, later, journalOf };
}

describe('a task that a later run has taken over', () => {
  it('belongs to the later run alone', async () => {
    const { earlier, later, journalOf } = await takenOver();
    expect(later.number).toBeGreaterThan(earlier.number);
    expect(await journalOf(earlier).mayGoOn(0, key)).toBe(false);
    expect(await journalOf(later).mayGoOn(0, key)).toBe(true);
  });

  it('lets the earlier run begin no call', async () => {
    const { earlier, later, journalOf } = await takenOver();
    expect(await journalOf(earlier).begin(key, claim)).toEqual({ kind: 'ended' });
    expect(await journalOf(later).begin(key, claim)).toEqual({ kind: 'started', repeated: false });
  });

  it('lets the earlier run repeat no call that failed meanwhile', async () => {
    const { ledger, tea, later, journalOf } = await takenOver();
    const overloaded = new ModelError('overloaded', {
      failure: { kind: 'retryable', retryAfterMs: null },
      type: 'overloaded_error',
    });
    const llm = scriptedLlm(overloaded, { text: 'not to be paid for' });
    const retried = withRetries(llm, {
      random: () => 0,
      sleep: async () => void (await leaseOf(ledger, tea)),
      onRetry: () => undefined,
    });
    const caller = withJournal(retried, journalOf(later), defaultPrices);
    const request: LlmRequest = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };
    const call = caller.call(request, { signal: new AbortController().signal, step: 'call-1', attempt: 1 });
    await expect(call).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    expect(llm.requests).toHaveLength(1);
  });

  it('takes no outcome from the earlier run', async () => {
    const { ledger, tea, earlier, later } = await takenOver();
    expect(await recordOutcome(ledger, tea, earlier, done, ['advice'])).toBe('taken_over');
    expect(await recordOutcome(ledger, tea, later, done, ['advice'])).toBe('recorded');
  });

  it('keeps an answer that the earlier run had asked for, and gives it to the later', async () => {
    const { earlier, later, journalOf } = await takenOver();
    await journalOf(earlier).record(key, entry);
    expect(await journalOf(later).begin(key, claim)).toMatchObject({
      kind: 'recorded',
      response: { text: 'paid for' },
    });
  });
});

describe('a goal whose planning was taken over', () => {
  const planning = {
    from: ['accepted'],
    rev: null,
    to: 'planning',
    event: 'goal.planning',
    place: PLANNER,
  } as const;

  function leaseIn(advance: Advance): Lease {
    if (!('lease' in advance)) throw new Error(`The goal is ${advance.kind}`);
    return advance.lease;
  }

  async function planningTwice() {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    const earlier = leaseIn(await advanceGoal(ledger, 'goal_1', planning));
    const later = leaseIn(await advanceGoal(ledger, 'goal_1', planning));
    return { ledger, earlier, later };
  }

  it('takes no plan from the earlier run', async () => {
    const { ledger, earlier, later } = await planningTwice();
    expect(await recordPlan(ledger, 'goal_1', 1, earlier, plan)).toBe(false);
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({ status: 'planning', plan: null });
    expect(await recordPlan(ledger, 'goal_1', 1, later, plan)).toBe(true);
  });

  it('is not ended by the earlier run', async () => {
    const { ledger, earlier, later } = await planningTwice();
    const failed = { status: 'failed', rev: 0 } as const;
    expect(await endGoal(ledger, 'goal_1', { ...failed, lease: earlier }, RETENTION)).toBe(false);
    expect(await endGoal(ledger, 'goal_1', { ...failed, lease: later }, RETENTION)).toBe(true);
  });

  it('is not planned again once too many of its runs have died', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    for (let death = 0; death < MOST_DEATHS; death += 1)
      leaseIn(await advanceGoal(ledger, 'goal_1', planning));
    expect(await advanceGoal(ledger, 'goal_1', planning)).toEqual({ kind: 'spent' });
    expect(await advanceGoal(ledger, 'goal_1', planning)).toEqual({ kind: 'spent' });
  });

  it('counts the deaths of its planning and of its synthesis apart', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    const first = leaseIn(await advanceGoal(ledger, 'goal_1', planning));
    for (let death = 1; death < MOST_DEATHS; death += 1) await advanceGoal(ledger, 'goal_1', planning);
    expect(await recordPlan(ledger, 'goal_1', 1, { ...first, number: MOST_DEATHS }, plan)).toBe(true);
    const synthesizing = {
      from: ['running'],
      rev: 1,
      to: 'synthesizing',
      event: 'goal.synthesizing',
      place: SYNTHESIS,
    } as const;
    expect(await advanceGoal(ledger, 'goal_1', synthesizing)).toMatchObject({ kind: 'moved' });
  });
});

describe('the deaths of a task', () => {
  async function open() {
    const { ledger, redis } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    const deaths = async (): Promise<number> =>
      Number(await redis.hget(ledger.goal(goalId).tasks, 'deaths:tea'));
    return { ledger, goalId, tea, deaths };
  }

  async function starts(ledger: Ledger, task: Parameters<typeof startTask>[1]): Promise<string> {
    return (await startTask(ledger, task)).kind;
  }

  it('are the runs that never let go: after too many of them it is started no more', async () => {
    const { ledger, tea, deaths } = await open();
    for (let run = 0; run < MOST_DEATHS; run += 1) {
      expect(await deaths()).toBe(Math.max(0, run - 1));
      expect(await starts(ledger, tea)).toBe('started');
    }
    const spent = await startTask(ledger, tea);
    expect(spent).toMatchObject({ kind: 'spent', task: { id: 'tea' }, lease: { number: MOST_DEATHS } });
    expect(await starts(ledger, tea)).toBe('spent');
    expect(await deaths()).toBe(MOST_DEATHS);
  });

  it('let a spent task have its outcome, and nothing else', async () => {
    const { ledger, goalId, tea } = await open();
    for (let run = 0; run < MOST_DEATHS; run += 1) await starts(ledger, tea);
    const spent = await startTask(ledger, tea);
    if (spent.kind !== 'spent') throw new Error(`The task is ${spent.kind}`);
    expect(await recordOutcome(ledger, tea, spent.lease, { ...done, status: 'failed' }, ['advice'])).toBe(
      'recorded',
    );
    expect(await startTask(ledger, tea)).toMatchObject({ kind: 'settled', outcome: { status: 'failed' } });
    expect((await readGoalFacts(ledger, goalId))?.status).toBe('running');
  });

  it('are not counted for runs that let go, however many there are', async () => {
    const { ledger, goalId, tea, deaths } = await open();
    for (let run = 0; run < 3 * MOST_DEATHS; run += 1) {
      await releaseLease(ledger, goalId, await leaseOf(ledger, tea));
    }
    expect(await deaths()).toBe(0);
    expect(await starts(ledger, tea)).toBe('started');
  });

  it('are taken back for a run that was taken over and turns out to be alive', async () => {
    const { ledger, goalId, tea, deaths } = await open();
    const alive = await leaseOf(ledger, tea);
    await leaseOf(ledger, tea);
    expect(await deaths()).toBe(1);
    await releaseLease(ledger, goalId, alive);
    expect(await deaths()).toBe(0);
  });

  it('do not sink below none, and a release of one run does not let go for another', async () => {
    const { ledger, goalId, tea, deaths } = await open();
    const first = await leaseOf(ledger, tea);
    const second = await leaseOf(ledger, tea);
    await releaseLease(ledger, goalId, first);
    await releaseLease(ledger, goalId, first);
    expect(await deaths()).toBe(0);
    await leaseOf(ledger, tea);
    expect(await deaths()).toBe(1);
    await releaseLease(ledger, goalId, second);
    expect(await deaths()).toBe(0);
  });

  it('are forgotten with its outcome', async () => {
    const { ledger, tea, deaths } = await open();
    await leaseOf(ledger, tea);
    const lease = await leaseOf(ledger, tea);
    expect(await deaths()).toBe(1);
    await recordOutcome(ledger, tea, lease, done, ['advice']);
    expect(await deaths()).toBe(0);
  });

  it('leave nothing behind of a goal that is gone', async () => {
    const { ledger, keys } = openTestLedger();
    await releaseLease(ledger, 'goal_none', { place: 'tea', number: 1 });
    expect(await keys()).toEqual([]);
  });
});

it('a lease is worth nothing once its goal has ended', async () => {
  const { ledger, goalId, later, journalOf } = await takenOver();
  await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
  expect(await journalOf(later).mayGoOn(0, key)).toBe(false);
});
