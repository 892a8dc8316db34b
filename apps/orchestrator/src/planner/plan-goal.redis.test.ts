import { describe, expect, it, vi } from 'vitest';
import { skippedForBudget } from '@baton/shared/contract/budget-skip';
import { endGoal, retryGoal } from '@baton/shared/ledger/goal-end';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { approvePlan, readProposal } from '@baton/shared/ledger/plan-approval';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import { MOST_DEATHS, PLANNER } from '@baton/shared/ledger/lease';
import type { RunBudget } from '@baton/shared/ledger/run-budget';
import { startTask } from '@baton/shared/ledger/task-record';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  newGoal,
  openTestLedger,
  plan,
  RETENTION,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import type { EndGoal } from '../flows/end-goal.ts';
import type { RunSubmitter } from '../flows/submit-run.ts';
import type { FitPlan } from '../forecast/fit-plan.ts';
import type { Planned, PlannerRequest } from './ask-planner.ts';
import type { PlanCaching } from './plan-cache.ts';
import { planGoal } from './plan-goal.ts';

type AskPlanner = (request: PlannerRequest, signal: AbortSignal) => Promise<Planned>;

const planned: Planned = { kind: 'plan', plan, calls: 1 };
const noCache: PlanCaching = { read: async () => null, keep: async () => undefined };
const signal = new AbortController().signal;

/** An accepted goal, and what plans it when it is run. */
async function open(askPlanner: AskPlanner = async () => planned) {
  const { ledger, redis } = openTestLedger();
  await createGoal(ledger, newGoal());
  const end: EndGoal = (goalId, ending) => endGoal(ledger, goalId, ending, RETENTION);
  const runs = {
    add: vi.fn<RunSubmitter['add']>(async () => undefined),
    resume: vi.fn(async () => undefined),
  };
  const run = (
    ask: AskPlanner = askPlanner,
    retries = 0,
    fitPlan: FitPlan = async () => null,
  ): Promise<void> =>
    planGoal(
      {
        ledger,
        recipes: new Map(),
        endGoal: end,
        askPlanner: ask,
        runs,
        planCache: noCache,
        fitPlan,
        logger: createLogger('test', 'silent'),
      },
      { goalId: 'goal_1', retries },
      signal,
    );
  const facts = () => readGoalFacts(ledger, 'goal_1');
  const deaths = async (): Promise<number> =>
    Number(await redis.hget(ledger.goal('goal_1').tasks, `deaths:${PLANNER}`));
  return { ledger, redis, run, runs, facts, deaths };
}

/** A planner that never answers, as one whose process was killed: its run is over only when the test is. */
const dies: AskPlanner = () => new Promise(() => undefined);

/** Lets a planner die: resolves when it has been asked. */
async function die(run: (ask: AskPlanner) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    void run((request, cancel) => {
      resolve();
      return dies(request, cancel);
    });
  });
}

describe('planning a goal', () => {
  it('records the plan and adds its flow, once', async () => {
    const { run, runs, facts } = await open();
    await run();
    await run();
    expect(await facts()).toMatchObject({ status: 'running', rev: 1 });
    expect(runs.add).toHaveBeenCalledOnce();
    expect(runs.resume).toHaveBeenCalledOnce();
  });

  it('adds no job for what the budget leaves out', async () => {
    const { ledger, run, runs, facts } = await open();
    const budget: RunBudget = {
      tierLimits: new Map(),
      leftOut: new Map([['advice', skippedForBudget('goal', 'No money.')]]),
      fence: null,
      told: null,
    };
    const fitPlan = vi.fn<FitPlan>(async () => budget);
    await run(undefined, 0, fitPlan);
    expect(fitPlan.mock.calls[0]?.[2]).toEqual(plan.tasks);
    expect(runs.add.mock.calls).toMatchObject([[{ tasks: [{ id: 'tea' }, { id: 'coffee' }] }]]);
    expect(await facts()).toMatchObject({ status: 'running', runTaskIds: ['tea', 'coffee'] });
    expect(await startTask(ledger, { goalId: 'goal_1', rev: 1, taskId: 'advice' })).toMatchObject({
      kind: 'settled',
    });
  });

  it('takes nothing from a run that was taken over, and looks after what the later one recorded', async () => {
    const { run, runs, facts } = await open();
    const slow = run(async () => {
      await run(async () => planned);
      return { kind: 'failed', error: { type: 'late', message: 'Late.' } };
    });
    await slow;
    expect(await facts()).toMatchObject({ status: 'running', rev: 1 });
    expect(runs.add).toHaveBeenCalledOnce();
  });

  it('records no plan of a run that was taken over while the later one is still at work', async () => {
    const { run, runs, facts } = await open();
    const overtaken = run(async () => {
      await die(run);
      return planned;
    });
    // Its job may be the only one that there is: it is to be run again.
    await expect(overtaken).rejects.toMatchObject({ cause: 'lock_lost' });
    expect(await facts()).toMatchObject({ status: 'planning', plan: null });
    expect(runs.add).not.toHaveBeenCalled();
  });

  it('fails the goal once too many processes have died of it, and says so', async () => {
    const { ledger, redis, run, facts } = await open();
    const ask = vi.fn<AskPlanner>(async () => planned);
    for (let death = 0; death < MOST_DEATHS; death += 1) await die(run);
    await run(ask);
    expect(ask).not.toHaveBeenCalled();
    expect((await facts())?.status).toBe('failed');
    const error = await redis.hget(ledger.goal('goal_1').goal, 'error');
    expect(JSON.parse(error ?? '')).toMatchObject({
      type: 'planner_died',
      message: expect.stringContaining(`each of the ${MOST_DEATHS} times`),
    });
  });

  it('plans it all the same when one death fewer was counted, or after a retry', async () => {
    const once = await open();
    for (let death = 1; death < MOST_DEATHS; death += 1) await die(once.run);
    await once.run();
    expect((await once.facts())?.status).toBe('running');

    const again = await open();
    for (let death = 0; death < MOST_DEATHS; death += 1) await die(again.run);
    await again.run();
    await retryGoal(again.ledger, 'goal_1');
    await again.run();
    expect((await again.facts())?.status).toBe('accepted');
    await again.run(undefined, 1);
    expect((await again.facts())?.status).toBe('running');
  });

  it('counts no death when the planner rejects, however often it does', async () => {
    const { run, facts, deaths } = await open();
    for (let put = 0; put < 2 * MOST_DEATHS; put += 1) {
      await expect(run(() => Promise.reject(new Error('Redis is away')))).rejects.toThrow('Redis is away');
    }
    expect(await deaths()).toBe(0);
    await run();
    expect((await facts())?.status).toBe('running');
  });

  it('needs no planner for a plan that was given', async () => {
    const { ledger } = openTestLedger();
    const goal = newGoal();
    await createGoal(ledger, { ...goal, request: { ...goal.request, plan } });
    const runs = { add: vi.fn(async () => undefined), resume: vi.fn(async () => undefined) };
    const deps = {
      ledger,
      recipes: new Map(),
      endGoal: vi.fn<EndGoal>(),
      askPlanner: vi.fn<AskPlanner>(),
      runs,
      planCache: noCache,
      fitPlan: async () => null,
      logger: createLogger('test', 'silent'),
    };
    const job = { goalId: 'goal_1', retries: 0 };
    await Promise.all([planGoal(deps, job, signal), planGoal(deps, job, signal)]);
    expect(deps.askPlanner).not.toHaveBeenCalled();
    expect(runs.add).toHaveBeenCalledOnce();
    expect(await readGoalFacts(ledger, 'goal_1')).toMatchObject({ status: 'running', givenPlan: null });
  });

  describe('whose plan is to be approved', () => {
    const approval = { options: { approval: true } };

    async function openForApproval(fields: object = {}) {
      const { ledger } = openTestLedger();
      await createGoal(ledger, newGoal('goal_1', { ...approval, ...fields }));
      const runs = { add: vi.fn(async () => undefined), resume: vi.fn(async () => undefined) };
      const deps = {
        ledger,
        recipes: new Map(),
        endGoal: vi.fn<EndGoal>(),
        askPlanner: vi.fn<AskPlanner>(async () => planned),
        runs,
        planCache: noCache,
        fitPlan: async () => null,
        logger: createLogger('test', 'silent'),
      };
      const run = () => planGoal(deps, { goalId: 'goal_1', retries: 0 }, signal);
      return { ...deps, run };
    }

    it('waits with the plan, however often its job runs, and adds no flow', async () => {
      const { ledger, run, runs, askPlanner } = await openForApproval();
      await run();
      await run();
      expect(askPlanner).toHaveBeenCalledOnce();
      expect(runs.add).not.toHaveBeenCalled();
      expect(await readProposal(ledger, 'goal_1', TENANT)).toMatchObject({
        status: 'awaiting_approval',
        plan,
      });
    });

    it('goes on with its flow once it is approved', async () => {
      const { ledger, run, runs } = await openForApproval();
      await run();
      await approvePlan(ledger, 'goal_1', 1, plan, false);
      await run();
      expect(runs.resume).toHaveBeenCalledExactlyOnceWith('goal_1');
    });

    it('waits with a plan that was given, too', async () => {
      const { ledger } = openTestLedger();
      const goal = newGoal('goal_1', approval);
      await createGoal(ledger, { ...goal, request: { ...goal.request, plan } });
      const opened = await openForApproval({});
      await planGoal({ ...opened, ledger }, { goalId: 'goal_1', retries: 0 }, signal);
      expect(opened.askPlanner).not.toHaveBeenCalled();
      expect(await readProposal(ledger, 'goal_1', TENANT)).toMatchObject({
        status: 'awaiting_approval',
        plan,
      });
    });
  });
});
