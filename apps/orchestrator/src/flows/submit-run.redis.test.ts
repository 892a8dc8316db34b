import { FlowProducer } from 'bullmq';
import { compileDag } from '@baton/dag-flow/compile';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Task } from '@baton/plan/plan';
import { noUsage, type Outcome } from '@baton/shared/contract/task-outcome';
import { MOST_LOST_FLOWS, readGoalFacts } from '@baton/shared/ledger/goal-record';
import { amendPlan, type PlanAmendment } from '@baton/shared/ledger/plan-amendment';
import { recordOutcome, startTask } from '@baton/shared/ledger/task-record';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  leaseOf,
  openTestLedger,
  plan,
  runningGoal,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { planToDag, type PlannedRun } from './plan-to-dag.ts';
import { openRunSubmitter } from './submit-run.ts';

const firstRun = (goalId: string): PlannedRun => ({
  goalId,
  rev: 1,
  priority: 'medium',
  acceptedAt: Date.UTC(2026, 6, 1),
  finishEarly: false,
  tasks: plan.tasks,
});
const succeeded: Outcome = {
  status: 'succeeded',
  output: 'x',
  errors: [],
  usage: noUsage,
  simulated: false,
  reviews: [],
  metadata: {},
};

/** A running goal whose plan is recorded, and two processes that could submit it. */
async function open() {
  const { ledger, redis, connect, keys } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const prefix = ledger.keyspace.queuePrefix;
  const endGoal = vi.fn(async () => true);
  const submitter = () => {
    const runs = openRunSubmitter({
      ledger,
      connection: connect(),
      prefix,
      retentionMs: 60_000,
      endGoal,
      logger: createLogger('test', 'silent'),
    });
    onTestFinished(() => runs.close());
    return runs;
  };
  const rootsOf = async (): Promise<string[]> => (await keys()).filter((key) => key.endsWith('.root')).sort();
  return {
    ledger,
    redis,
    goalId,
    prefix,
    connect,
    keys,
    runs: submitter(),
    twin: submitter(),
    rootsOf,
    endGoal,
  };
}

describe('submitting a run', () => {
  it('adds the flow once and notes that it is whole', async () => {
    const { ledger, goalId, runs, rootsOf } = await open();
    await runs.add(firstRun(goalId));
    await runs.resume(goalId);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 1, submittedRev: 1 });
    expect(await rootsOf()).toHaveLength(1);
  });

  it('starts over when the process that recorded the plan died before it added the flow', async () => {
    const { ledger, goalId, twin, rootsOf } = await open();
    await twin.resume(goalId);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, submittedRev: 2 });
    expect(await rootsOf()).toEqual([expect.stringContaining(`${goalId}.2.root`)]);
  });

  it('goes on with a flow that was added and not noted', async () => {
    const { ledger, goalId, prefix, connect, twin, rootsOf } = await open();
    const producer = new FlowProducer({ connection: connect(), prefix });
    onTestFinished(() => producer.close());
    await producer.add(compileDag(planToDag(firstRun(goalId))).tree);
    await twin.resume(goalId);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 1, submittedRev: 1 });
    expect(await rootsOf()).toHaveLength(1);
  });

  it('lets a flow that comes too late do nothing', async () => {
    const { ledger, goalId, runs, twin } = await open();
    await twin.resume(goalId);
    await runs.add(firstRun(goalId));
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, submittedRev: 2 });
    expect((await startTask(ledger, { goalId, rev: 1, taskId: 'tea' })).kind).toBe('stale');
    expect((await startTask(ledger, { goalId, rev: 2, taskId: 'tea' })).kind).toBe('started');
  });

  it('lets one of two twins add the next flow, and sends the other back', async () => {
    const { goalId, runs, twin, rootsOf } = await open();
    const ends = await Promise.allSettled([runs.resume(goalId), twin.resume(goalId)]);
    const refused = ends.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeLessThanOrEqual(1);
    expect(await rootsOf()).toEqual([expect.stringContaining(`${goalId}.2.root`)]);
    await twin.resume(goalId);
    expect(await rootsOf()).toHaveLength(1);
  });

  it('starts over without what has ended when a job of the flow is missing', async () => {
    const { ledger, redis, goalId, prefix, runs, twin, rootsOf } = await open();
    await runs.add(firstRun(goalId));
    const tea = { goalId, rev: 1, taskId: 'tea' };
    await recordOutcome(ledger, tea, await leaseOf(ledger, tea), succeeded, ['advice']);
    await redis.hdel(ledger.goal(goalId).goal, 'submittedRev');
    await redis.del(`${prefix}:tasks.researcher:${goalId}.1.1`);
    await twin.resume(goalId);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({
      rev: 2,
      submittedRev: 2,
      runTaskIds: ['coffee', 'advice'],
    });
    expect(await rootsOf()).toEqual([expect.stringContaining(`${goalId}.2.root`)]);
  });

  it('gives up in words when the flow is lost again and again', async () => {
    const { ledger, redis, goalId, twin, endGoal } = await open();
    await redis.hset(ledger.goal(goalId).goal, 'lostFlows', MOST_LOST_FLOWS);
    await twin.resume(goalId);
    const error = expect.objectContaining({ type: 'flow_incomplete' });
    expect(endGoal).toHaveBeenCalledWith(
      goalId,
      expect.objectContaining({ status: 'failed', rev: 1, error }),
    );
  });
});

describe('submitting the run of a changed plan', () => {
  const [tea, coffee] = plan.tasks as readonly Task[] as readonly [Task, Task, Task];
  const cocoa: Task = { ...coffee, id: 'cocoa', worker: 'writer' };
  const patched = { analysis: '', tasks: [tea, cocoa] };

  /** A goal whose first flow is there, and whose plan was changed while it ran. */
  async function amended(fields: Partial<PlanAmendment> = {}) {
    const test = await open();
    const { ledger, redis, goalId, runs } = test;
    await runs.add(firstRun(goalId));
    await redis.hset(ledger.goal(goalId).tasks, 'starts::replanner', 1);
    const amendment: PlanAmendment = {
      rev: 1,
      lease: { place: ':replanner', number: 1 },
      plan: patched,
      clear: [],
      end: null,
      event: { event: 'goal.replanned', data: {} },
      counts: 'replans',
      fields: {},
      ...fields,
    };
    expect(await amendPlan(ledger, goalId, amendment)).toBe(true);
    const jobs = async (rev: number): Promise<string[]> =>
      (await test.keys())
        .map((key) => key.slice(test.prefix.length + 1))
        .filter((key) => key.includes(`:${goalId}.${rev}.`) && !key.includes(':', key.indexOf('goal_')))
        .sort();
    return { ...test, jobs };
  }

  it('adds the flow of the next rev, with what is new alone', async () => {
    const { ledger, goalId, runs, jobs } = await amended();
    await runs.begin(goalId, 2);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 2, submittedRev: 2 });
    expect(await jobs(2)).toEqual([
      `synthesis:${goalId}.2.root`,
      `tasks.researcher:${goalId}.2.0`,
      `tasks.writer:${goalId}.2.1`,
    ]);
  });

  it('adds nothing for a rev that the goal has left, or after its end', async () => {
    const { ledger, redis, goalId, runs, twin, jobs } = await amended();
    await runs.begin(goalId, 1);
    await twin.resume(goalId);
    await runs.begin(goalId, 2);
    expect(await jobs(2)).toEqual([]);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({ rev: 3, submittedRev: 3 });
    await redis.hset(ledger.goal(goalId).goal, 'status', 'cancelled', 'rev', 4);
    await runs.begin(goalId, 4);
    expect(await jobs(4)).toEqual([]);
  });

  it('starts over when the process that changed the plan died before it added the flow', async () => {
    const { ledger, goalId, twin, jobs } = await amended();
    await twin.resume(goalId);
    expect(await readGoalFacts(ledger, goalId)).toMatchObject({
      rev: 3,
      submittedRev: 3,
      runTaskIds: ['tea', 'cocoa'],
    });
    expect(await jobs(3)).toHaveLength(3);
  });

  it('adds the root alone where nothing is left to run', async () => {
    const end: Outcome = { ...succeeded, status: 'cancelled' };
    const { goalId, runs, jobs } = await amended({ plan: null, end });
    await runs.begin(goalId, 2);
    expect(await jobs(2)).toEqual([`synthesis:${goalId}.2.root`]);
    expect(await runs.isMoving(goalId)).toBe(true);
  });

  it('clears what the earlier run left, whatever the plan is now', async () => {
    const { goalId, runs, jobs } = await amended();
    // Nobody else would see to the next one's flow soon.
    expect(await runs.clear({ goalId, rev: 1 })).toBe(false);
    expect(await jobs(1)).not.toEqual([]);
    await runs.begin(goalId, 2);
    const next = await jobs(2);
    expect(await runs.clear({ goalId, rev: 1 })).toBe(true);
    expect(await jobs(1)).toEqual([]);
    expect(await jobs(2)).toEqual(next);
  });
});
