import { describe, expect, it } from 'vitest';
import { readEvents } from './event-log.ts';
import { createGoal } from './goal-acceptance.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { advanceGoal, claimFlow, readGoalFacts } from './goal-record.ts';
import { recordPlan } from './plan-record.ts';
import { readGoal } from './goal-view.ts';
import { PLANNER, type Lease } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { approvePlan, proposePlan, readProposal } from './plan-approval.ts';
import { newGoal, openTestLedger, plan, RETENTION, TENANT } from './testing/test-ledger.ts';

const links = () => ({ self: '', events: '', dashboard: null });
const edited = { analysis: 'Less.', tasks: plan.tasks.filter(({ id }) => id === 'tea') };

async function names(ledger: Ledger): Promise<string[]> {
  return (await readEvents(ledger, 'goal_1', '0')).map(({ event }) => event);
}

async function planning(ledger: Ledger): Promise<Lease> {
  const step = {
    from: ['accepted'],
    rev: null,
    to: 'planning',
    event: 'goal.planning',
    place: PLANNER,
  } as const;
  const advance = await advanceGoal(ledger, 'goal_1', step);
  if (advance.kind !== 'moved' && advance.kind !== 'already') throw new Error(advance.kind);
  return advance.lease;
}

async function awaiting(): Promise<Ledger> {
  const { ledger } = openTestLedger();
  await createGoal(ledger, newGoal('goal_1', { options: { approval: true } }));
  expect(await proposePlan(ledger, 'goal_1', await planning(ledger), plan)).toBe(true);
  return ledger;
}

describe('a proposed plan', () => {
  it('is shown with its tasks pending, and nothing is queued', async () => {
    const ledger = await awaiting();
    expect(await readGoal(ledger, 'goal_1', TENANT, links)).toMatchObject({
      status: 'awaiting_approval',
      plan: { mode: 'plan', tasks: plan.tasks },
      tasks: [{ status: 'pending' }, { status: 'pending' }, { status: 'pending' }],
    });
    expect(await names(ledger)).toEqual([
      'goal.accepted',
      'goal.planning',
      'goal.planned',
      'goal.awaiting_approval',
    ]);
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({ plan: null, rev: 0 });
  });

  it('is not proposed by a planner that was overtaken, nor twice, nor run by one that plans anew', async () => {
    const { ledger } = openTestLedger();
    await createGoal(ledger, newGoal());
    const overtaken = await planning(ledger);
    const lease = await planning(ledger);
    expect(await proposePlan(ledger, 'goal_1', overtaken, plan)).toBe(false);
    expect(await proposePlan(ledger, 'goal_1', lease, plan)).toBe(true);
    expect(await proposePlan(ledger, 'goal_1', lease, plan)).toBe(false);
    expect(await recordPlan(ledger, 'goal_1', 1, null, plan)).toBe(false);
  });

  it('runs once when it is approved by several at once, as whoever came first would have it', async () => {
    const ledger = await awaiting();
    const approvals = await Promise.all([
      approvePlan(ledger, 'goal_1', 1, edited, true),
      approvePlan(ledger, 'goal_1', 1, plan, false),
      approvePlan(ledger, 'goal_1', 1, plan, false),
    ]);
    expect(approvals).toEqual([true, false, false]);
    const goal = await readGoal(ledger, 'goal_1', TENANT, links);
    expect(goal).toMatchObject({ status: 'running', plan: edited, tasks: [{ id: 'tea', status: 'queued' }] });
    expect((await names(ledger)).slice(4)).toEqual(['goal.planned', 'goal.running', 'task.queued']);
    expect(await claimFlow(ledger, 'goal_1', 1)).toBe(true);
  });

  it('is told once when nobody has edited it', async () => {
    const ledger = await awaiting();
    await approvePlan(ledger, 'goal_1', 1, plan, false);
    expect((await names(ledger)).slice(4)).toEqual(['goal.running', 'task.queued', 'task.queued']);
  });

  it("is nobody else's to see", async () => {
    const ledger = await awaiting();
    expect(await readProposal(ledger, 'goal_1', 'other')).toBeNull();
    expect(await readProposal(ledger, 'goal_1', TENANT)).toMatchObject({ plan, status: 'awaiting_approval' });
  });

  it('stays to be seen when it is rejected, its tasks cancelled; a retry plans anew', async () => {
    const ledger = await awaiting();
    const reject = { status: 'cancelled', rev: null, lease: null, onlyFrom: 'awaiting_approval' } as const;
    expect(await endGoal(ledger, 'goal_1', reject, RETENTION)).toBe(true);
    expect(await approvePlan(ledger, 'goal_1', 1, plan, false)).toBe(false);
    const goal = await readGoal(ledger, 'goal_1', TENANT, links);
    expect(goal?.tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    await retryGoal(ledger, 'goal_1');
    expect(await readGoal(ledger, 'goal_1', TENANT, links)).toMatchObject({ status: 'accepted', plan: null });
  });

  it("that the client gave is the goal's still when it was rejected: a retry asks no model", async () => {
    const { ledger } = openTestLedger();
    const given = newGoal('goal_1', { options: { approval: true } });
    await createGoal(ledger, { ...given, request: { ...given.request, plan } });
    await proposePlan(ledger, 'goal_1', null, plan);
    const reject = { status: 'cancelled', rev: null, lease: null, onlyFrom: 'awaiting_approval' } as const;
    await endGoal(ledger, 'goal_1', reject, RETENTION);
    await retryGoal(ledger, 'goal_1');
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({ status: 'accepted', givenPlan: plan });
  });

  it('that nobody decided on in time is proposed again by a retry, and not paid for again', async () => {
    const ledger = await awaiting();
    await endGoal(ledger, 'goal_1', { status: 'expired', rev: null, lease: null }, RETENTION);
    await retryGoal(ledger, 'goal_1');
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({ status: 'accepted', givenPlan: plan });
  });

  it('is not rejected once it runs', async () => {
    const ledger = await awaiting();
    await approvePlan(ledger, 'goal_1', 1, plan, false);
    const reject = { status: 'cancelled', rev: null, lease: null, onlyFrom: 'awaiting_approval' } as const;
    expect(await endGoal(ledger, 'goal_1', reject, RETENTION)).toBe(false);
  });
});
