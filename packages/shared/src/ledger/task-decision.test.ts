import { describe, expect, it } from 'vitest';
import { noUsage, type Outcome, type OutcomeStatus } from '../contract/task-outcome.ts';
import { decide } from './task-decision.ts';

const complete = { complete: true } as const;

function dependency(taskId: string, status: OutcomeStatus | null) {
  const outcome: Outcome | null = status && {
    status,
    output: `${taskId} says`,
    errors: [],
    usage: noUsage,
    simulated: false,
    reviews: [],
    metadata: {},
  };
  return { taskId, outcome };
}

describe('whether a task may run', () => {
  it('runs on succeeded and partial dependencies, and hands their outputs on', () => {
    expect(decide([dependency('a', 'succeeded'), dependency('b', 'partial')], complete)).toEqual({
      kind: 'run',
      dependencies: [
        { taskId: 'a', status: 'succeeded', output: 'a says' },
        { taskId: 'b', status: 'partial', output: 'b says' },
      ],
    });
    expect(decide([], complete)).toEqual({ kind: 'run', dependencies: [] });
  });

  it.each(['failed', 'skipped', 'cancelled'] as const)(
    'is skipped when a dependency %s, and says which',
    (status) => {
      const decision = decide([dependency('a', 'succeeded'), dependency('b', status)], complete);
      expect(decision).toMatchObject({ kind: 'end', outcome: { status: 'skipped' } });
      expect(JSON.stringify(decision)).toContain(`b (${status})`);
    },
  );

  it('is cancelled when a dependency left no outcome', () => {
    const decision = decide([dependency('a', null)], complete);
    expect(decision).toMatchObject({ kind: 'end', outcome: { status: 'cancelled' } });
  });

  it('is cancelled when the queue shows fewer ended jobs than it waited for', () => {
    const decision = decide([dependency('a', 'succeeded')], { complete: false, expected: 2, found: 1 });
    expect(decision).toMatchObject({ kind: 'end', outcome: { status: 'cancelled' } });
  });
});
