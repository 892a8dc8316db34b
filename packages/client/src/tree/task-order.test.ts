import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeTasks } from './task-order.ts';

const graph = fc.array(fc.array(fc.nat(40), { maxLength: 4 }), { maxLength: 40 }).chain((rows) => {
  const tasks = rows.map((picks, index) => ({
    id: `t${index}`,
    dependencies: index === 0 ? [] : picks.map((pick) => `t${pick % index}`),
  }));
  return fc.shuffledSubarray(tasks, { minLength: tasks.length, maxLength: tasks.length });
});

describe('placeTasks', () => {
  it('places every task once, after and below all it waits for', () => {
    fc.assert(
      fc.property(graph, (tasks) => {
        const placed = placeTasks(tasks);
        expect(placed.map(({ task }) => task.id).sort()).toEqual(tasks.map(({ id }) => id).sort());
        const levels = new Map<string, number>();
        for (const { task, level } of placed) {
          const before = task.dependencies.map((id) => levels.get(id) ?? NaN);
          expect(level).toBe(Math.max(-1, ...before) + 1);
          levels.set(task.id, level);
        }
      }),
    );
  });

  it('keeps a chain together', () => {
    const tasks = [
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: [] },
      { id: 'after-b', dependencies: ['b'] },
      { id: 'after-a', dependencies: ['a', 'a'] },
    ];
    const shape = placeTasks(tasks).map(({ task, level }) => [task.id, level]);
    expect(shape).toEqual([
      ['a', 0],
      ['after-a', 1],
      ['b', 0],
      ['after-b', 1],
    ]);
  });

  it('bears a dependency that no task bears', () => {
    expect(placeTasks([{ id: 'a', dependencies: ['gone'] }])).toEqual([
      { task: { id: 'a', dependencies: ['gone'] }, level: 0 },
    ]);
  });
});
