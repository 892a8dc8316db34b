import { describe, expect, it } from 'vitest';
import { noUsage, type Outcome } from '../contract/task-outcome.ts';
import { readEvents } from './event-log.ts';
import { endGoal } from './goal-record.ts';
import { recordOutcome, startTask } from './task-record.ts';
import { openTestLedger, RETENTION, runningGoal } from './testing/test-ledger.ts';

function outcome(status: Outcome['status'], output: string): Outcome {
  return { status, output, errors: [], usage: noUsage, simulated: false };
}

describe('a task in the ledger', () => {
  it('is started with its spec, the goal and what its dependencies gave, and counts its starts', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    await recordOutcome(ledger, { goalId, rev: 1, taskId: 'tea' }, outcome('succeeded', 'leaves'), [
      'advice',
    ]);
    const advice = { goalId, rev: 1, taskId: 'advice' };
    const first = await startTask(ledger, advice);
    expect(first).toMatchObject({
      kind: 'started',
      attempt: 1,
      brief: { goal: 'Compare tea and coffee', context: null },
      task: { id: 'advice', dependencies: ['tea', 'coffee'], dependents: [] },
      dependencies: [
        { taskId: 'tea', outcome: { output: 'leaves' } },
        { taskId: 'coffee', outcome: null },
      ],
    });
    expect(await startTask(ledger, advice)).toMatchObject({ kind: 'started', attempt: 2 });
  });

  it('has one outcome: the first of many at once', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const tea = { goalId, rev: 1, taskId: 'tea' };
    const recorded = await Promise.all(
      Array.from({ length: 20 }, (_, twin) =>
        recordOutcome(ledger, tea, outcome('succeeded', `${twin}`), ['advice']),
      ),
    );
    expect(recorded.filter((result) => result === 'recorded')).toHaveLength(1);
    expect(recorded.filter((result) => result === 'already')).toHaveLength(19);
    expect(await startTask(ledger, tea)).toMatchObject({ kind: 'settled', outcome: { output: '0' } });
  });

  it('announces a dependent when its last dependency has ended, and only then', async () => {
    const { ledger } = openTestLedger();
    const goalId = await runningGoal(ledger);
    const queued = async (): Promise<unknown[]> =>
      (await readEvents(ledger, goalId, '0'))
        .filter(({ event }) => event === 'task.queued')
        .map(({ data }) => data.taskId);
    await recordOutcome(ledger, { goalId, rev: 1, taskId: 'tea' }, outcome('succeeded', 'a'), ['advice']);
    await recordOutcome(ledger, { goalId, rev: 1, taskId: 'tea' }, outcome('succeeded', 'b'), ['advice']);
    expect(await queued()).toEqual(['tea', 'coffee']);
    await recordOutcome(ledger, { goalId, rev: 1, taskId: 'coffee' }, outcome('failed', 'c'), ['advice']);
    expect(await queued()).toEqual(['tea', 'coffee', 'advice']);
  });

  it('records nothing for an ended goal, an older rev or an unknown goal', async () => {
    const { ledger, keys } = openTestLedger();
    const goalId = await runningGoal(ledger);
    expect(
      await recordOutcome(ledger, { goalId, rev: 2, taskId: 'tea' }, outcome('succeeded', 'a'), []),
    ).toBe('stale');
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null }, RETENTION);
    const before = (await keys()).sort();
    expect(
      await recordOutcome(ledger, { goalId, rev: 1, taskId: 'tea' }, outcome('succeeded', 'a'), []),
    ).toBe('stale');
    expect(await startTask(ledger, { goalId, rev: 1, taskId: 'tea' })).toEqual({ kind: 'stale' });
    expect(await startTask(ledger, { goalId: 'goal_none', rev: 1, taskId: 'tea' })).toEqual({
      kind: 'stale',
    });
    expect((await keys()).sort()).toEqual(before);
  });
});
