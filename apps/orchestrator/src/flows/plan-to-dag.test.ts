import { describe, expect, it } from 'vitest';
import type { Priority, Task } from '@baton/plan/plan';
import { jobPriority } from './job-priority.ts';
import { planToDag, type PlannedRun } from './plan-to-dag.ts';

function task(id: string, dependencies: string[] = [], priority: Priority = 'high'): Task {
  const text = { description: 'long text', requirements: ['more text'] };
  return { id, worker: 'researcher', ...text, dependencies, priority, complexity: 'low' };
}

const run: PlannedRun = {
  goalId: 'goal_1',
  rev: 2,
  priority: 'low',
  acceptedAt: Date.UTC(2026, 10, 1),
  finishEarly: false,
  tasks: [task('market')],
};

const assessmentOf = (...tasks: Task[]) =>
  planToDag({ ...run, finishEarly: true, tasks }).nodes.find(({ queue }) => queue === 'assessment');

describe('the DAG of a plan', () => {
  it('holds references and none of the texts', () => {
    const dag = planToDag(run);
    expect(dag).toMatchObject({
      id: 'goal_1.2',
      controlQueue: 'control',
      nodes: [
        { id: 'market', queue: 'tasks.researcher', data: { goalId: 'goal_1', rev: 2, taskId: 'market' } },
      ],
      root: { queue: 'synthesis', data: { goalId: 'goal_1', rev: 2 } },
    });
    expect(JSON.stringify(dag)).not.toContain('text');
  });

  it('ranks its jobs by when the goal was accepted', () => {
    const { nodes, root } = planToDag({ ...run, tasks: [task('a'), task('b', [], 'low')] });
    const of = (priority: Priority): number => jobPriority('low', priority, run.acceptedAt);
    expect([...nodes.map(({ priority }) => priority), root.priority]).toEqual([
      of('high'),
      of('low'),
      of('high'),
    ]);
  });
});

describe('the assessment of a goal that may finish early', () => {
  it('waits for every task of high priority', () => {
    expect(assessmentOf(task('a'), task('b', ['a']), task('c', [], 'low'))).toMatchObject({
      data: { goalId: 'goal_1', rev: 2 },
      dependencies: ['a', 'b'],
    });
  });

  it('is the last node, so that a run that is cleared has the same jobs', () => {
    const { nodes } = planToDag({ ...run, finishEarly: true, tasks: [task('a'), task('c', [], 'low')] });
    expect(nodes.map(({ queue }) => queue)).toEqual(['tasks.researcher', 'tasks.researcher', 'assessment']);
  });

  it.each([
    ['nothing is of high priority', [task('a', [], 'medium'), task('b', [], 'low')]],
    ['nothing else is there', [task('a'), task('b')]],
    [
      'those of high priority need all the others',
      [task('a', ['b']), task('b', ['c'], 'low'), task('c', [], 'low')],
    ],
  ])('is not there where %s', (_what, tasks) => {
    expect(assessmentOf(...tasks)).toBeUndefined();
  });

  it('is not there unless it was asked for', () => {
    const { nodes } = planToDag({ ...run, tasks: [task('a'), task('c', [], 'low')] });
    expect(nodes).toHaveLength(2);
  });
});
