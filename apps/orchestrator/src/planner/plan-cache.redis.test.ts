import { describe, expect, it, vi } from 'vitest';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  newGoal,
  openTestLedger,
  plan,
  RETENTION,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { planCaching } from './plan-cache.ts';
import { planGoal, type PlanGoalDeps } from './plan-goal.ts';

const never = new AbortController().signal;
const links = () => ({ self: '', events: '', dashboard: null });

function open(model = 'claude-opus-5-5') {
  const { ledger, redis, keys } = openTestLedger();
  const askPlanner = vi.fn<PlanGoalDeps['askPlanner']>(async () => ({ kind: 'plan', plan, calls: 2 }));
  const deps = (strong = model): PlanGoalDeps => ({
    ledger,
    recipes: new Map(),
    endGoal: async () => true,
    askPlanner,
    runs: { add: async () => undefined, resume: async () => undefined },
    planCache: planCaching({ ledger, retentionMs: RETENTION, model: strong }),
    fitPlan: async () => null,
    logger: createLogger('test', 'silent'),
  });
  let count = 0;
  const planned = async (fields: object, tenant = TENANT, strong = model) => {
    const goalId = `goal_${(count += 1)}`;
    await createGoal(ledger, { ...newGoal(goalId, fields), tenant });
    await planGoal(deps(strong), { goalId, retries: 0 }, never);
    return (await readGoal(ledger, goalId, tenant, links))?.planCache;
  };
  return { redis, keys, askPlanner, planned };
}

const read = { options: { cache: 'read' } };

describe('the plan of an earlier goal', () => {
  it('serves the same goal, and one that is the same but for its form', async () => {
    const { askPlanner, planned, keys, redis } = open();
    expect(await planned(read)).toBeNull();
    expect(await planned(read)).toEqual({ match: 'exact', savedCalls: 2 });
    expect(await planned({ ...read, goal: ' compare TEA  and coffee. ' })).toEqual({
      match: 'normalised',
      savedCalls: 2,
    });
    expect(askPlanner).toHaveBeenCalledOnce();
    const kept = (await keys()).find((key) => key.includes(':plan:')) ?? '';
    expect(await redis.pttl(kept)).toBeGreaterThan(0);
  });

  it('is neither taken nor kept unless the goal says so', async () => {
    const { askPlanner, planned, keys } = open();
    expect(await planned({})).toBeNull();
    expect(await planned({ options: { cache: 'off' } })).toBeNull();
    expect((await keys()).filter((key) => key.includes(':plan:'))).toEqual([]);
    await planned({ options: { cache: 'write' } });
    expect(await planned({ options: { cache: 'write' } })).toBeNull();
    expect(askPlanner).toHaveBeenCalledTimes(4);
    expect(await planned(read)).toEqual({ match: 'exact', savedCalls: 2 });
  });

  it('serves no goal that is planned from something else', async () => {
    const { askPlanner, planned } = open();
    await planned(read);
    await planned({ ...read, goal: 'Compare tea and cocoa' });
    await planned({ ...read, context: 'For a shop.' });
    for (const options of [
      { maxTasks: 3 },
      { decomposition: 'dynamic' },
      { taskTimeout: '30s' },
      { workerTypes: ['researcher'] },
    ]) {
      await planned({ options: { ...options, cache: 'read' } });
    }
    await planned(read, 'other');
    await planned(read, TENANT, 'claude-sonnet-5-5');
    expect(askPlanner).toHaveBeenCalledTimes(9);
  });

  it('is made anew when it is unreadable or breaks a law by now', async () => {
    const { redis, keys, askPlanner, planned } = open();
    await planned(read);
    const kept = (await keys()).find((key) => key.includes(':plan:')) ?? '';
    const [first] = plan.tasks;
    const broken = { analysis: '', tasks: [{ ...first, worker: 'nobody' }] };
    await redis.set(kept, JSON.stringify({ goal: 'x', plan: broken, calls: 1 }));
    expect(await planned(read)).toBeNull();
    await redis.set(kept, '{"of":"another release"}');
    expect(await planned(read)).toBeNull();
    expect(askPlanner).toHaveBeenCalledTimes(3);
  });

  it('is no plan where the goal was answered at once', async () => {
    const { askPlanner, planned, keys } = open();
    askPlanner.mockResolvedValueOnce({ kind: 'direct', analysis: '', answer: '42', calls: 1 });
    await planned(read);
    expect((await keys()).filter((key) => key.includes(':plan:'))).toEqual([]);
  });
});
