import { describe, expect, it } from 'vitest';
import { goalOptionsSchema } from '../contract/goal-request.ts';
import { noUsage, type Outcome } from '../contract/task-outcome.ts';
import { readEvents } from './event-log.ts';
import { endGoal } from './goal-end.ts';
import type { Ledger } from './ledger.ts';
import { recordOutcome, startTask, type Recorded, type TaskReference } from './task-record.ts';
import { leaseOf, openTestLedger, RETENTION, runningGoal } from './testing/test-ledger.ts';

function outcome(status: Outcome['status'], output: string): Outcome {
  return { status, output, errors: [], usage: noUsage, simulated: false, reviews: [], metadata: {} };
}

/** Takes the task up and ends it. */
async function end(
  ledger: Ledger,
  task: TaskReference,
  ending: Outcome,
  dependents: string[],
): Promise<Recorded> {
  return recordOutcome(ledger, task, await leaseOf(ledger, task), ending, dependents);
}

describe('a task in the ledger', () => {
  it('is started with its spec, the goal and what its dependencies gave, and counts its starts', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await end(ledger, { goalId, rev: 1, taskId: 'tea' }, outcome('succeeded', 'leaves'), ['advice']);
    await end(ledger, { goalId, rev: 1, taskId: 'coffee' }, outcome('failed', ''), ['advice']);
    const advice = { goalId, rev: 1, taskId: 'advice' };
    const first = await startTask(ledger, advice);
    expect(first).toMatchObject({
      kind: 'started',
      lease: { place: 'advice', number: 1 },
      retries: 0,
      brief: { goal: 'Compare tea and coffee', context: null },
      task: { id: 'advice', dependencies: ['tea', 'coffee'], dependents: [] },
      dependencies: [
        { taskId: 'tea', outcome: { output: 'leaves' } },
        { taskId: 'coffee', outcome: { status: 'failed' } },
      ],
    });
    expect(await startTask(ledger, advice)).toMatchObject({ kind: 'started', lease: { number: 2 } });
  });

  it('comes with the options of its goal, the prompts of its recipe and what every task is given', async () => {
    const { ledger, redis } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    expect(await startTask(ledger, tea)).toMatchObject({
      options: goalOptionsSchema.parse({}),
      taskPrompts: {},
      inputs: [],
    });
    const inputs = [{ taskId: 'sections', status: 'succeeded', output: 'one, two' }];
    const options = { ...goalOptionsSchema.parse({}), taskTimeout: '90s', reviewRounds: 2 };
    const taskPrompts = { researcher: 'Name your sources.' };
    await redis.hset(ledger.goal(goalId).goal, {
      inputs: JSON.stringify(inputs),
      options: JSON.stringify(options),
      taskPrompts: JSON.stringify(taskPrompts),
    });
    expect(await startTask(ledger, tea)).toMatchObject({ options, taskPrompts, inputs });
  });

  it('is not started while a dependency has no outcome', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await end(ledger, { goalId, rev: 1, taskId: 'tea' }, outcome('succeeded', 'leaves'), ['advice']);
    expect(await startTask(ledger, { goalId, rev: 1, taskId: 'advice' })).toMatchObject({
      kind: 'unready',
      dependencies: [{ taskId: 'tea' }, { taskId: 'coffee', outcome: null }],
    });
    const started = (await readEvents(ledger, goalId, '0')).filter(({ event }) => event === 'task.started');
    expect(started.map(({ data }) => data.taskId)).toEqual(['tea']);
  });

  it('has one outcome: the first of many at once', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    const lease = await leaseOf(ledger, tea);
    const recorded = await Promise.all(
      Array.from({ length: 20 }, (_, twin) =>
        recordOutcome(ledger, tea, lease, outcome('succeeded', `${twin}`), ['advice']),
      ),
    );
    expect(recorded.filter((result) => result === 'recorded')).toHaveLength(1);
    expect(recorded.filter((result) => result === 'already')).toHaveLength(19);
    expect(await startTask(ledger, tea)).toMatchObject({ kind: 'settled', outcome: { output: '0' } });
  });

  it('announces a dependent when its last dependency has ended, and only then', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    const queued = async (): Promise<unknown[]> =>
      (await readEvents(ledger, goalId, '0'))
        .filter(({ event }) => event === 'task.queued')
        .map(({ data }) => data.taskId);
    const lease = await leaseOf(ledger, tea);
    await recordOutcome(ledger, tea, lease, outcome('succeeded', 'a'), ['advice']);
    await recordOutcome(ledger, tea, lease, outcome('succeeded', 'b'), ['advice']);
    expect(await queued()).toEqual(['tea', 'coffee']);
    await end(ledger, { goalId, rev: 1, taskId: 'coffee' }, outcome('failed', 'c'), ['advice']);
    expect(await queued()).toEqual(['tea', 'coffee', 'advice']);
  });

  it('records nothing for an ended goal, an older rev or an unknown goal', async () => {
    const { ledger, keys } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    const lease = await leaseOf(ledger, tea);
    const ending = outcome('succeeded', 'a');
    expect(await recordOutcome(ledger, { ...tea, rev: 2 }, lease, ending, [])).toBe('stale');
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    const before = (await keys()).sort();
    expect(await recordOutcome(ledger, tea, lease, ending, [])).toBe('stale');
    expect(await startTask(ledger, tea)).toEqual({ kind: 'stale' });
    expect(await startTask(ledger, { ...tea, goalId: 'goal_none' })).toEqual({ kind: 'stale' });
    expect((await keys()).sort()).toEqual(before);
  });
});
