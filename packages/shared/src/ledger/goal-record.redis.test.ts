import { describe, expect, it } from 'vitest';
import { noUsage, type Outcome } from '../contract/task-outcome.ts';
import { readEvents } from './event-log.ts';
import { endGoal } from './goal-end.ts';
import { createGoal, forgetGoal } from './goal-acceptance.ts';
import { advanceGoal, markSubmitted, readGoalFacts, startNextRev } from './goal-record.ts';
import { recordPlan } from './plan-record.ts';
import { acceptedGoal, readGoal } from './goal-view.ts';
import { PLANNER, SYNTHESIS } from './lease.ts';
import { recordOutcome, startTask } from './task-record.ts';
import {
  leaseOf,
  newGoal,
  openTestLedger,
  plan,
  RETENTION,
  runningGoal,
  TENANT,
} from './testing/test-ledger.ts';

const links = () => ({ self: '', events: '', dashboard: null });
const succeeded: Outcome = {
  status: 'succeeded',
  output: 'done',
  errors: [],
  usage: noUsage,
  simulated: false,
  reviews: [],
  metadata: {},
};

async function eventNames(ledger: Parameters<typeof readEvents>[0], goalId: string): Promise<string[]> {
  return (await readEvents(ledger, goalId, '0')).map(({ event }) => event);
}

describe('a goal in the ledger', () => {
  it('is created once, with its first event', async () => {
    const { ledger } = openTestLedger();
    const goal = newGoal('goal_1', { context: { cups: 2 } });
    const creation = await createGoal(ledger, goal);
    expect(await createGoal(ledger, goal)).toEqual({ kind: 'taken' });
    const createdAt = creation.kind === 'created' ? creation.createdAt : NaN;
    const accepted = acceptedGoal(goal, createdAt, links);
    expect(accepted).toEqual(await readGoal(ledger, 'goal_1', TENANT, links));
    expect(await eventNames(ledger, 'goal_1')).toEqual(['goal.accepted']);
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({
      status: 'accepted',
      rev: 0,
      context: '{"cups":2}',
    });
  });

  it('leaves no key behind when it is forgotten', async () => {
    const { ledger, keys } = openTestLedger();
    await createGoal(ledger, newGoal());
    await forgetGoal(ledger, newGoal());
    expect(await keys()).toEqual([]);
  });

  it('moves on only from a status that was expected', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    const planning = {
      from: ['accepted'],
      rev: null,
      to: 'planning',
      event: 'goal.planning',
      place: PLANNER,
    } as const;
    const synthesizing = {
      from: ['running'],
      rev: null,
      to: 'synthesizing',
      event: 'goal.synthesizing',
      place: SYNTHESIS,
    } as const;
    expect(await advanceGoal(ledger, 'goal_1', synthesizing)).toEqual({ kind: 'refused' });
    expect(await advanceGoal(ledger, 'goal_1', planning)).toMatchObject({ kind: 'moved', retries: 0 });
    expect(await advanceGoal(ledger, 'goal_1', planning)).toMatchObject({ kind: 'already' });
    expect(await advanceGoal(ledger, 'goal_1', { ...planning, rev: 1 })).toEqual({ kind: 'refused' });
    expect(await advanceGoal(ledger, 'goal_none', planning)).toEqual({ kind: 'refused' });
    expect(await eventNames(ledger, 'goal_1')).toEqual(['goal.accepted', 'goal.planning']);
  });

  it('takes one plan, and announces the tasks that wait for nothing', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    expect(await recordPlan(ledger, goalId, 1, null, plan)).toBe(false);
    const goal = await readGoal(ledger, goalId, TENANT, links);
    expect(goal?.plan).toEqual({ mode: 'plan', ...plan });
    expect(goal?.tasks.map(({ id, status }) => [id, status])).toEqual([
      ['tea', 'queued'],
      ['coffee', 'queued'],
      ['advice', 'pending'],
    ]);
    expect(await eventNames(ledger, goalId)).toEqual([
      'goal.accepted',
      'goal.planned',
      'goal.running',
      'task.queued',
      'task.queued',
    ]);
  });

  it('takes texts that are not well-formed, and ends all the same', async () => {
    const { ledger } = openTestLedger();
    const half = 'half a sign: \ud83d';
    const odd = { analysis: half, tasks: plan.tasks.map((task) => ({ ...task, description: half })) };
    await createGoal(ledger, newGoal());
    await recordPlan(ledger, 'goal_1', 1, null, odd);
    expect(await startTask(ledger, { goalId: 'goal_1', rev: 1, taskId: 'tea' })).toMatchObject({
      kind: 'started',
    });
    expect(await startNextRev(ledger, 'goal_1', 1)).toBe('mine');
    expect(await endGoal(ledger, 'goal_1', { status: 'failed', rev: 2, lease: null }, RETENTION)).toBe(true);
  });

  it("is not another tenant's to see", async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    expect(await readGoal(ledger, goalId, 'other', links)).toBeNull();
  });

  it('ends once, whoever else tries, with the terminal event last', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const ends = await Promise.all(
      (['succeeded', 'failed', 'cancelled', 'expired'] as const).map((status) =>
        endGoal(ledger, goalId, { status, rev: null, lease: null }, RETENTION),
      ),
    );
    expect(ends.filter(Boolean)).toHaveLength(1);
    const events = await eventNames(ledger, goalId);
    expect(events.filter((name) => /^goal\.(succeeded|failed|cancelled|expired)$/.test(name))).toHaveLength(
      1,
    );
    expect(events.at(-1)).toBe(`goal.${(await readGoalFacts(ledger, goalId))?.status}`);
  });

  it('gives the tasks that had not ended the outcome of its end, and leaves the others theirs', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    await recordOutcome(ledger, tea, await leaseOf(ledger, tea), succeeded, ['advice']);
    const openTasks = { status: 'cancelled', reason: 'The goal was cancelled.' } as const;
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null, openTasks }, RETENTION);
    const goal = await readGoal(ledger, goalId, TENANT, links);
    expect(goal?.tasks.map(({ id, status, errors }) => [id, status, errors])).toEqual([
      ['tea', 'succeeded', []],
      ['coffee', 'cancelled', ['The goal was cancelled.']],
      ['advice', 'cancelled', ['The goal was cancelled.']],
    ]);
  });

  it('keeps its keys only as long as retention says, once it has ended', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const { goal, tasks, events } = ledger.goal(goalId);
    expect(await redis.pttl(goal)).toBe(-1);
    await endGoal(ledger, goalId, { status: 'failed', rev: null, lease: null }, RETENTION);
    for (const key of [goal, tasks, events]) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  it('is not ended by an older rev', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    expect(await startNextRev(ledger, goalId, 1)).toBe('mine');
    expect(await endGoal(ledger, goalId, { status: 'succeeded', rev: 1, lease: null }, RETENTION)).toBe(
      false,
    );
    expect(await endGoal(ledger, goalId, { status: 'succeeded', rev: 2, lease: null }, RETENTION)).toBe(true);
  });

  it('starts a new rev with what has no outcome, once', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    await recordOutcome(ledger, tea, await leaseOf(ledger, tea), succeeded, ['advice']);
    const twins = await Promise.all([startNextRev(ledger, goalId, 1), startNextRev(ledger, goalId, 1)]);
    expect(twins.toSorted()).toEqual(['mine', 'others']);
    await markSubmitted(ledger, goalId, 1);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, submittedRev: 0 });
    await markSubmitted(ledger, goalId, 2);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, submittedRev: 2 });
    expect((await readGoalFacts(ledger, goalId))?.runTaskIds).toEqual(['coffee', 'advice']);
    expect((await startTask(ledger, { goalId, rev: 1, taskId: 'coffee' })).kind).toBe('stale');
  });
});
