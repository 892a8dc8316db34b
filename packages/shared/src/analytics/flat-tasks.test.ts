import { expect, it } from 'vitest';
import { flatTasks } from './flat-tasks.ts';
import type { GoalRecord } from './goal-record.ts';

/** Tasks with their times and what they depend on. */
function record(
  goalId: string,
  tasks: Record<string, [times: [number, number, number], needs: string[]]>,
  subGoals: Record<string, GoalRecord> = {},
): GoalRecord {
  const fields = Object.entries(tasks).flatMap(([id, [[queued, started, finished], dependencies]]) => {
    const spec = {
      id,
      worker: 'writer',
      description: id,
      requirements: [],
      dependencies,
      priority: 'medium',
    };
    return [
      [`spec:${id}`, JSON.stringify(spec)],
      [`queuedAt:${id}`, String(queued)],
      [`startedAt:${id}`, String(started)],
      [`finishedAt:${id}`, String(finished)],
    ];
  });
  return {
    goalId,
    goal: { status: 'succeeded', createdAt: '0', taskIds: JSON.stringify(Object.keys(tasks)) },
    tasks: Object.fromEntries(fields) as Record<string, string>,
    ends: new Map(),
    events: [],
    subGoals: new Map(Object.entries(subGoals)),
  };
}

it('puts the tasks of a sub-goal in the place of the task that they were for', () => {
  const inner = record('sub', { x: [[30, 31, 40], []], y: [[40, 40, 50], ['x']] });
  const outer = record(
    'top',
    { first: [[0, 1, 10], []], whole: [[10, 12, 60], ['first']], last: [[60, 61, 70], ['whole']] },
    { whole: inner },
  );
  const tasks = flatTasks(outer);
  const named = tasks.map(({ id, kind, worker, queuedAt, startedAt, finishedAt, dependencies }) => [
    id,
    kind ?? 'task',
    worker,
    [queuedAt, startedAt, finishedAt],
    dependencies,
  ]);
  expect(named).toEqual([
    ['first', 'task', 'writer', [0, 1, 10], []],
    ['whole', 'handed_on', 'writer', [10, 12, 60], []],
    ['whole', 'between', 'orchestrator', [10, 12, 30], [0]],
    ['whole/x', 'task', 'writer', [30, 31, 40], [2]],
    ['whole/y', 'task', 'writer', [40, 40, 50], [3]],
    ['whole', 'between', ':synthesis', [50, 50, 60], [2, 3, 4]],
    ['last', 'task', 'writer', [60, 61, 70], [5]],
  ]);
});

it('gives all of its time to a task whose sub-goal ran no task', () => {
  const tasks = flatTasks(record('top', { whole: [[10, 12, 60], []] }, { whole: record('sub', {}) }));
  expect(
    tasks.map(({ kind, queuedAt, startedAt, finishedAt }) => [kind, queuedAt, startedAt, finishedAt]),
  ).toEqual([
    ['handed_on', 10, 12, 60],
    ['between', 10, 12, 60],
    ['between', 60, 60, 60],
  ]);
});
