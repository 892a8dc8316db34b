import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { draft, type DraftTask, type Stage } from './draft-task.ts';
import { fitTasks } from './fit-tasks.ts';

function task(id: string, stage: Stage, dependencies: string[] = []): DraftTask {
  return draft({
    id,
    stage,
    dependencies,
    suits: [],
    description: `Do ${id}.`,
    requirements: [`${id} is done`],
  });
}

function ancestors(tasks: readonly DraftTask[], id: string): Set<string> {
  const found = new Set<string>();
  const visit = (at: string): void => {
    for (const dependency of tasks.find((each) => each.id === at)?.dependencies ?? []) {
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(id);
  return found;
}

const stages = fc.array(fc.constantFrom<Stage>('gather', 'combine', 'produce', 'check'), {
  minLength: 1,
  maxLength: 9,
});
const plans = fc.tuple(stages, fc.array(fc.nat(8), { minLength: 9, maxLength: 9 })).map(([kinds, picks]) =>
  kinds.map((stage, index) => {
    const first = (picks[index] ?? 0) % (index + 1);
    const earlier = Array.from({ length: Math.min(2, first) }, (_, n) => `t${first - 1 - n}`);
    return task(`t${index}`, stage, earlier);
  }),
);

test('fits any plan, and a task that is kept still waits for every ancestor that is kept', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 9 }), (plan, most) => {
      const fitted = fitTasks(plan, most);
      expect(fitted.length).toBe(Math.min(plan.length, most));
      for (const { id } of fitted) {
        const now = ancestors(fitted, id);
        expect(now).not.toContain(id);
        for (const before of ancestors(plan, id)) {
          if (fitted.some((kept) => kept.id === before)) expect(now).toContain(before);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a merged task has the words, requirements and dependencies of both', () => {
  const plan = [
    task('a', 'combine'),
    task('b', 'combine'),
    task('x', 'produce', ['a']),
    task('y', 'produce', ['b']),
    task('end', 'combine', ['x', 'y']),
  ];
  const [, , merged, end] = fitTasks(plan, 4);
  expect(merged).toMatchObject({
    id: 'x',
    description: 'Do x. Do y.',
    requirements: ['x is done', 'y is done'],
    dependencies: ['a', 'b'],
  });
  expect(end?.dependencies).toEqual(['x']);
});

test('gives up checks before it merges the last two gatherings, and what is produced last of all', () => {
  const plan = [
    task('a', 'gather'),
    task('b', 'gather'),
    task('c', 'combine', ['a', 'b']),
    task('p', 'produce', ['c']),
    task('k', 'check', ['p']),
  ];
  const kept = [4, 3, 2, 1].map((most) =>
    fitTasks(plan, most)
      .map((each) => each.id)
      .join(' '),
  );
  expect(kept).toEqual(['a b c p', 'a c p', 'a p', 'p']);
});

test('a task that was to go over a list is done once when the list is given up', () => {
  const plan = [task('list', 'gather'), { ...task('each', 'produce', ['list']), forEach: 'list' }];
  expect(fitTasks(plan, 2)[1]?.forEach).toBe('list');
  expect(fitTasks(plan, 1)).toEqual([task('each', 'produce')]);
});
