import { describe, expect, it } from 'vitest';
import { priorities, type Task } from '@baton/plan/plan';
import { jobPriority, planToDag } from './plan-to-dag.ts';

const task: Task = {
  id: 'market',
  worker: 'researcher',
  description: 'long text',
  requirements: ['more text'],
  dependencies: [],
  priority: 'high',
  complexity: 'low',
};

describe('the DAG of a plan', () => {
  it('holds references and none of the texts', () => {
    const dag = planToDag({ goalId: 'goal_1', rev: 2, priority: 'low', tasks: [task] });
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

  it('ranks by the goal first, then by the task, never at 0', () => {
    const ranks = priorities.flatMap((goal) => priorities.map((own) => jobPriority(goal, own)));
    expect(ranks).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
