import { expect, test } from 'vitest';
import type { PlannedTask, ReplannerPrompt } from '../answer/prompt.ts';
import { replanGoal } from './replan-goal.ts';

function task(
  id: string,
  status: string,
  dependencies: string[] = [],
  fields: Partial<PlannedTask> = {},
): PlannedTask {
  return {
    id,
    worker: 'researcher',
    status,
    priority: 'high',
    complexity: 'medium',
    dependencies,
    description: `Do ${id}.`,
    requirements: [],
    approach: '',
    forEach: '',
    output: '',
    reason: '',
    ...fields,
  };
}

function prompt(tasks: PlannedTask[], goal = 'Write about tea'): ReplannerPrompt {
  const workers = ['specialist', 'orchestrator', 'researcher', 'analyzer', 'writer'].map((name) => ({
    name,
    description: '',
    bestFor: '',
  }));
  const limits = { recipe: null, workers, maxTasks: 20, decomposition: 'hybrid', violations: [] } as const;
  return { role: 'replanner', goal, context: '', ...limits, tasks };
}

const FAILED = [
  task('list', 'succeeded'),
  task('facts', 'failed', ['list'], { forEach: 'list' }),
  task('text', 'skipped', ['facts'], { worker: 'writer' }),
  task('note', 'skipped', ['gone']),
];

test('what failed is done by another usual worker type, on the same results, in one piece', () => {
  const { drop, replace, add } = replanGoal(prompt(FAILED));
  expect([drop, add]).toEqual([[], []]);
  expect(replace).toEqual([
    expect.objectContaining({ id: 'facts', worker: 'analyzer', dependencies: ['list'] }),
  ]);
  expect(replace[0]).not.toHaveProperty('forEach');
});

test('by a mark what failed is dropped, and what waited for it waits for what it waited for', () => {
  const { drop, replace } = replanGoal(prompt(FAILED, 'Write about tea [failed tasks are dropped]'));
  expect(drop).toEqual(['facts']);
  expect(replace).toEqual([
    expect.objectContaining({ id: 'text', worker: 'writer', dependencies: ['list'] }),
  ]);
  const alone = [task('a', 'failed'), task('b', 'skipped', ['a']), task('c', 'succeeded')];
  const bereft = replanGoal(prompt(alone, 'Write about tea [failed tasks are dropped]'));
  expect(bereft).toMatchObject({ drop: ['a', 'b'], replace: [] });
});

test('by a mark nothing is changed', () => {
  const { drop, replace, add } = replanGoal(prompt(FAILED, 'Write about tea [replanning does not help]'));
  expect([drop, replace, add]).toEqual([[], [], []]);
});
