import { expect, test } from 'vitest';
import { tasksAlike } from './tasks-alike.ts';

test('tasks are alike by worker type and by the model that their complexity asks for', () => {
  const tasks = [
    { id: 'a', worker: 'researcher', complexity: 'medium' },
    { id: 'b', worker: 'researcher', complexity: 'medium' },
    { id: 'c', worker: 'researcher', complexity: 'high' },
    { id: 'd', worker: 'writer', complexity: 'medium' },
  ] as const;
  expect(Object.fromEntries(tasksAlike(tasks))).toEqual({ a: 2, b: 2, c: 1, d: 1 });
  expect(tasksAlike([])).toEqual(new Map());
});
