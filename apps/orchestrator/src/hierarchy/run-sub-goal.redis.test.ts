/* What breaks if a job dies, has a twin, or comes before or after what it waits for? */
import { describe, expect, it, vi } from 'vitest';
import type { Plan, Task } from '@baton/plan/plan';
import type { Outcome } from '@baton/shared/contract/task-outcome';
import { noUsage } from '@baton/shared/contract/task-outcome';
import { readEvents } from '@baton/shared/ledger/event-log';
import { createGoal } from '@baton/shared/ledger/goal-acceptance';
import { endGoal, retryGoal, type GoalEnd } from '@baton/shared/ledger/goal-end';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import { recordPlan } from '@baton/shared/ledger/plan-record';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { readRelations, unwantedGoals } from '@baton/shared/ledger/sub-goals';
import { amendPlan } from '@baton/shared/ledger/plan-amendment';
import { recordOutcome } from '@baton/shared/ledger/task-record';
import { NotYet } from '@baton/shared/queue/job-worker';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import { createLogger } from '@baton/shared/telemetry/logger';
import {
  leaseOf,
  newGoal,
  openTestLedger,
  RETENTION,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { goalEnder } from '../flows/end-goal.ts';
import { unwantedEnder } from '../watchdog/end-unwanted.ts';
import { endBelow } from './end-below.ts';
import type { NoteSubGoal } from '../forecast/note-sub-goal.ts';
import { runSubGoal, type SubGoalReturn } from './run-sub-goal.ts';

const task: Pick<Task, 'requirements' | 'priority' | 'complexity'> = {
  requirements: [],
  priority: 'medium',
  complexity: 'medium',
};
const plan: Plan = {
  analysis: 'A list, then one task per item, then a summary.',
  tasks: [
    { ...task, id: 'list', worker: 'researcher', description: 'List cities.', dependencies: [] },
    {
      ...task,
      id: 'each',
      worker: 'writer',
      description: 'Describe it.',
      dependencies: ['list'],
      forEach: 'list',
    },
    { ...task, id: 'sum', worker: 'writer', description: 'Sum up.', dependencies: ['each'] },
    { ...task, id: 'project', worker: 'orchestrator', description: 'Do it all.', dependencies: [] },
  ],
};
const good: Outcome = {
  status: 'succeeded',
  output: '["Ghent","Liège"]',
  errors: [],
  usage: noUsage,
  simulated: false,
  reviews: [],
  metadata: {},
};

async function open() {
  const { ledger, redis, keys } = openTestLedger();
  const goalId = 'goal_1';
  await createGoal(ledger, newGoal(goalId));
  await recordPlan(ledger, goalId, 1, null, plan);
  const list = { goalId, rev: 1, taskId: 'list' };
  await recordOutcome(ledger, list, await leaseOf(ledger, list), good, ['each']);
  const add = vi.fn(async () => undefined);
  const wake = vi.fn(async () => undefined);
  const metrics = createMetrics();
  const note = vi.fn<NoteSubGoal>(async () => undefined);
  const deps = { ledger, queue: { add }, recipes: new Map(), contextTokens: 200_000, metrics, note };
  const end = goalEnder({
    ledger,
    retentionMs: RETENTION,
    metrics,
    logger: createLogger('test', 'silent'),
    waiting: { wake },
  });
  const look = (
    taskId: string,
    rev = 1,
    jobId = `${goalId}.${rev}.1`,
    of = goalId,
  ): Promise<SubGoalReturn | 'not yet'> =>
    runSubGoal(deps, {
      task: { goalId: of, rev, taskId },
      jobId,
      looks: 1,
      queueRecord: async () => ({ complete: true }),
    }).catch((error: unknown) => {
      if (error instanceof NotYet) return 'not yet';
      throw error;
    });
  const goal = () => readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
  const viewOf = async (id: string) => (await goal())?.tasks.find((each) => each.id === id);
  const subOf = async (id: string): Promise<string> => (await viewOf(id))?.subGoal?.id ?? 'none';
  const endSub = async (id: string, how: Partial<GoalEnd>): Promise<boolean> =>
    end(id, { status: 'succeeded', rev: null, lease: null, ...how });
  return { ledger, redis, keys, goalId, add, wake, note, metrics, end, endSub, look, goal, viewOf, subOf };
}

describe('a task that is handed on', () => {
  it('becomes one goal with a task per item, told of on the stream, and off the list of goals', async () => {
    const { ledger, look, subOf, goalId, add, redis } = await open();
    expect(await look('each')).toBe('not yet');
    const sub = await subOf('each');
    const facts = await readGoalFacts(ledger, sub);
    expect(facts).toMatchObject({
      kind: 'each',
      depth: 1,
      parent: { goalId, taskId: 'each' },
      tenant: TENANT,
    });
    expect(facts?.givenPlan?.tasks).toMatchObject([
      { id: 'item-1', worker: 'writer', item: { text: 'Ghent', number: 1, of: 2 } },
      { id: 'item-2', worker: 'writer', item: { text: 'Liège', number: 2, of: 2 } },
    ]);
    expect(add).toHaveBeenCalledWith('plan', { goalId: sub, retries: 0 }, expect.anything());
    const events = await readEvents(ledger, goalId, '0');
    expect(
      events.filter(({ event, data }) => event === 'task.progress' && data['subGoal'] === sub),
    ).toHaveLength(1);
    expect(await redis.zrange(ledger.keyspace.tenantGoals(TENANT), '0', '-1')).toEqual([goalId]);
    expect(await redis.hget(ledger.keyspace.openCounts, TENANT)).toBe('1');
  });

  it('is counted once as a goal that was accepted, and once as one that ended', async () => {
    const { look, subOf, endSub, metrics } = await open();
    for (let looks = 0; looks < 3; looks += 1) expect(await look('each')).toBe('not yet');
    const sub = await subOf('each');
    expect(await endSub(sub, {})).toBe(true);
    expect(await endSub(sub, {})).toBe(false);
    await look('each');
    const total = async (name: 'goalsAccepted' | 'goalsEnded'): Promise<number> =>
      (await metrics[name].get()).values.reduce((sum, { value }) => sum + value, 0);
    expect(await total('goalsAccepted')).toBe(1);
    expect(await total('goalsEnded')).toBe(1);
  });

  it('counts as accepted when the goal at the top was, however late it is handed on', async () => {
    const { ledger, redis, look, subOf, goalId, add } = await open();
    const accepted = Date.UTC(2026, 0, 2);
    await redis.hset(ledger.goal(goalId).goal, 'createdAt', accepted);
    await look('project');
    const sub = await subOf('project');
    expect(await readGoalFacts(ledger, sub)).toMatchObject({ acceptedAt: accepted });
    expect(add).toHaveBeenCalledWith(
      'plan',
      { goalId: sub, retries: 0 },
      expect.objectContaining({ acceptedAt: accepted }),
    );
    await recordPlan(ledger, sub, 1, null, { ...plan, tasks: plan.tasks.slice(3) });
    await look('project', 1, 'job-8', sub);
    const below = (await readRelations(ledger, sub)).subGoals[0] ?? '';
    expect(await readGoalFacts(ledger, below)).toMatchObject({ acceptedAt: accepted, depth: 3 });
  });

  it('makes one goal, starts once, and adds its job until it is under way, however often it is looked at', async () => {
    const { ledger, look, subOf, goalId, add, viewOf } = await open();
    await Promise.allSettled([look('project'), look('project'), look('project')]);
    await look('project');
    const sub = await subOf('project');
    expect((await readRelations(ledger, goalId)).subGoals).toEqual([sub]);
    expect(add.mock.calls.length).toBeGreaterThan(1);
    expect(new Set(add.mock.calls.map((call) => JSON.stringify(call)))).toHaveProperty('size', 1);
    expect((await viewOf('project'))?.subGoal).toEqual({ id: sub, status: 'accepted', tasks: [] });
  });

  it('has the outcome of its goal, and wakes the job that waits for it', async () => {
    const { ledger, redis, look, subOf, endSub, wake, viewOf, note } = await open();
    await look('project', 1, 'job-7');
    const sub = await subOf('project');
    await endSub(sub, {
      status: 'partially_succeeded',
      output: 'Much.',
      missing: [{ taskId: 'x', reason: 'No.' }],
      error: { type: 'budget_exhausted', message: 'No money.' },
    });
    expect(wake).toHaveBeenCalledWith('job-7');
    expect(await redis.hget(ledger.keyspace.openCounts, TENANT)).toBe('1');
    expect(await look('project')).toMatchObject({
      taskId: 'project',
      status: 'partial',
      subGoal: expect.stringMatching(/^goal_/),
    });
    expect(await look('project')).toMatchObject({
      taskId: 'project',
      status: 'partial',
      subGoal: expect.stringMatching(/^goal_/),
    });
    expect(await viewOf('project')).toMatchObject({
      output: 'Much.',
      errors: ['No money.', 'x: No.'],
      attempts: 1,
      metadata: { subGoal: sub, depth: 2, budget: 'goal' },
    });
    expect(note.mock.calls).toEqual([
      [
        'goal_1',
        expect.objectContaining({ id: 'project' }),
        expect.objectContaining({ status: 'partial' }),
        expect.any(Number),
      ],
    ]);
  });

  it('fails with what is wrong when the list is none', async () => {
    const { look, viewOf, redis, ledger, goalId } = await open();
    await redis.hset(
      ledger.goal(goalId).tasks,
      'outcome:list',
      JSON.stringify({ ...good, output: 'Ghent.' }),
    );
    expect(await look('each')).toEqual({ taskId: 'each', status: 'failed' });
    expect((await viewOf('each'))?.errors[0]).toContain('no list');
  });

  it('shows the results of its items once, and keeps them for whoever goes over them', async () => {
    const { ledger, redis, look, subOf, endSub, viewOf, goalId } = await open();
    await look('each');
    const sub = await subOf('each');
    const facts = await readGoalFacts(ledger, sub);
    await recordPlan(ledger, sub, 1, null, facts?.givenPlan ?? plan);
    for (const taskId of ['item-1', 'item-2']) {
      const item = { goalId: sub, rev: 1, taskId };
      await recordOutcome(
        ledger,
        item,
        await leaseOf(ledger, item),
        { ...good, output: `About ${taskId}.` },
        [],
      );
    }
    await endSub(sub, { output: 'About both.' });
    expect(await look('each')).toMatchObject({
      taskId: 'each',
      status: 'succeeded',
      subGoal: expect.stringMatching(/^goal_/),
    });
    const view = await viewOf('each');
    expect(view?.metadata).toEqual({ subGoal: sub, depth: 1 });
    expect(view?.subGoal?.tasks.map(({ output }) => output)).toEqual(['About item-1.', 'About item-2.']);
    const kept = JSON.parse((await redis.hget(ledger.goal(goalId).tasks, 'outcome:each')) ?? '{}') as Outcome;
    expect(kept.metadata['list']).toEqual(['About item-1.', 'About item-2.']);
  });

  it('is made anew when its goal was forgotten', async () => {
    const { ledger, look, subOf, redis } = await open();
    await look('project');
    const first = await subOf('project');
    await redis.del(...Object.values(ledger.goal(first)));
    expect(await look('project')).toBe('not yet');
    expect(await subOf('project')).not.toBe(first);
  });
});

describe('the end of a goal', () => {
  it('ends the goals below it, and theirs', async () => {
    const { ledger, look, subOf, end, goalId, redis } = await open();
    await look('each');
    await look('project');
    const subs = [await subOf('each'), await subOf('project')];
    expect(await end(goalId, { status: 'cancelled', rev: null, lease: null })).toBe(true);
    for (const sub of subs) expect((await readGoalFacts(ledger, sub))?.status).toBe('cancelled');
    expect(await redis.zcard(ledger.keyspace.openGoals)).toBe(0);
    expect(await redis.hget(ledger.keyspace.openCounts, TENANT)).toBeNull();
    expect(await look('project')).toEqual({ taskId: 'project', status: 'stale' });
  });

  it('is found when it was not passed on, and not before', async () => {
    const { ledger, look, subOf, goalId } = await open();
    await look('project');
    const found = async (): Promise<string[]> => {
      const all: string[] = [];
      for await (const page of unwantedGoals(ledger)) all.push(...page);
      return all;
    };
    expect(await found()).toEqual([]);
    await endGoal(ledger, goalId, { status: 'failed', rev: null, lease: null }, RETENTION);
    expect(await found()).toEqual([await subOf('project')]);
  });

  it.each<['at once' | 'by the watchdog']>([['at once'], ['by the watchdog']])(
    'of a task that is not needed any more, while its goal goes on, is its sub-goal’s too, %s',
    async (how) => {
      const { ledger, look, subOf, goalId, end } = await open();
      await look('each');
      await look('project');
      const [each, project] = [await subOf('each'), await subOf('project')];
      const unneeded = {
        ...good,
        status: 'cancelled' as const,
        output: null,
        metadata: { finishedEarly: true },
      };
      const changed = await amendPlan(ledger, goalId, {
        rev: 1,
        lease: { place: '', number: 0 },
        plan: null,
        clear: [],
        end: unneeded,
        event: { event: 'goal.judged', data: { about: 'early_finish', suffices: true, reason: 'Enough.' } },
        counts: null,
        fields: { finishedEarly: 'Enough.' },
      });
      expect(changed).toBe(true);
      if (how === 'at once') await endBelow(ledger, end, goalId);
      else {
        const onError = vi.fn();
        await unwantedEnder({ ledger, endGoal: end, onError })(new AbortController().signal);
        expect(onError).not.toHaveBeenCalled();
      }
      for (const sub of [each, project])
        expect(await readGoalFacts(ledger, sub)).toMatchObject({ status: 'cancelled' });
      expect((await readGoalFacts(ledger, goalId))?.status).toBe('running');
      expect(await look('project')).toEqual({ taskId: 'project', status: 'stale' });
      expect(await look('project', 2)).toMatchObject({ taskId: 'project', status: 'cancelled' });
    },
  );

  it('never ends a goal that is wanted again', async () => {
    const { ledger, look, subOf, goalId, end } = await open();
    await look('project');
    const sub = await subOf('project');
    await endGoal(ledger, goalId, { status: 'failed', rev: null, lease: null }, RETENTION);
    await retryGoal(ledger, goalId);
    expect(await end(sub, { status: 'cancelled', rev: null, lease: null, onlyIfUnwanted: true })).toBe(false);
    expect(await look('project', 2)).toBe('not yet');
    expect((await readGoalFacts(ledger, sub))?.retries).toBe(0);
  });
});

describe('a retry', () => {
  it('sets what ended badly below going again, once, and keeps what succeeded', async () => {
    const { ledger, look, subOf, goalId, end, endSub, add, viewOf } = await open();
    await look('project');
    const sub = await subOf('project');
    await endSub(sub, { status: 'failed', error: { type: 'no_result', message: 'Nothing.' } });
    await look('project');
    expect(await viewOf('project')).toMatchObject({ status: 'failed', errors: ['Nothing.'] });
    await end(goalId, { status: 'failed', rev: null, lease: null });
    await retryGoal(ledger, goalId);
    await Promise.all([look('project', 2), look('project', 2)]);
    await look('project', 2);
    expect(await readGoalFacts(ledger, sub)).toMatchObject({ status: 'accepted', retries: 1 });
    expect(add).toHaveBeenCalledWith('plan', { goalId: sub, retries: 1 }, expect.anything());
    await endSub(sub, { output: 'At last.' });
    expect(await look('project', 2)).toMatchObject({
      taskId: 'project',
      status: 'succeeded',
      subGoal: expect.stringMatching(/^goal_/),
    });
    expect(await look('project', 1)).toEqual({ taskId: 'project', status: 'stale' });
  });

  it('does a part again, and what was built on it', async () => {
    const { ledger, look, subOf, goalId, end, endSub } = await open();
    await look('each');
    await endSub(await subOf('each'), { status: 'partially_succeeded', output: 'Ghent.' });
    await look('each');
    const sum = { goalId, rev: 1, taskId: 'sum' };
    await recordOutcome(ledger, sum, await leaseOf(ledger, sum), good, []);
    await end(goalId, { status: 'partially_succeeded', rev: null, lease: null });
    await retryGoal(ledger, goalId);
    expect((await readGoalFacts(ledger, goalId))?.runTaskIds).toEqual(['each', 'project', 'sum']);
  });
});
