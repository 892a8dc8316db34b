import { expect, it } from 'vitest';
import { errorPatterns, MOST_PATTERNS } from './error-patterns.ts';
import type { Trouble } from './goal-digest.ts';
import { digest } from './testing/sample-digests.ts';

function trouble(fields: Partial<Trouble> = {}): Trouble {
  return {
    kind: 'call_retried',
    cause: 'overloaded_error',
    message: 'Overloaded',
    worker: 'writer',
    goalId: 'goal_1',
    taskId: 'a',
    count: 1,
    recovered: true,
    firstAt: 1_000,
    lastAt: 2_000,
    ...fields,
  };
}

it('puts together what has one cause and one message, the most frequent first', () => {
  const goals = [
    digest([], 9, {
      troubles: [
        trouble({ count: 3 }),
        trouble({ taskId: 'b', worker: 'coder', recovered: false, firstAt: 500 }),
      ],
    }),
    digest([], 9, {
      troubles: [trouble({ goalId: 'goal_2', lastAt: 9_000 }), trouble({ goalId: 'goal_2', taskId: 'z' })],
    }),
    digest([], 9, {
      troubles: [
        trouble({ cause: 'rate_limit_error', count: 6 }),
        trouble({ kind: 'task_failed', count: 2 }),
      ],
    }),
  ];
  const { items, hasMore } = errorPatterns(goals);
  expect(hasMore).toBe(false);
  expect(items.map(({ kind, cause, count }) => [kind, cause, count])).toEqual([
    ['call_retried', 'overloaded_error', 6],
    ['call_retried', 'rate_limit_error', 6],
    ['task_failed', 'overloaded_error', 2],
  ]);
  expect(items[0]).toEqual({
    kind: 'call_retried',
    cause: 'overloaded_error',
    message: 'Overloaded',
    count: 6,
    recovered: 5,
    recoveredShare: 0.8333,
    workerTypes: ['coder', 'writer'],
    goals: 2,
    examples: [
      { goalId: 'goal_1', taskId: 'a' },
      { goalId: 'goal_1', taskId: 'b' },
      { goalId: 'goal_2', taskId: 'a' },
    ],
    firstSeenAt: '1970-01-01T00:00:00.500Z',
    lastSeenAt: '1970-01-01T00:00:09.000Z',
  });
});

it('tells of so many patterns, and that there are more', () => {
  const troubles = Array.from({ length: MOST_PATTERNS + 1 }, (_, index) => trouble({ message: `m${index}` }));
  const { items, hasMore } = errorPatterns([digest([], 9, { troubles })]);
  expect([items.length, hasMore]).toEqual([MOST_PATTERNS, true]);
});
