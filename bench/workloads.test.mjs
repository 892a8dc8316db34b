import { expect, it } from 'vitest';
import { createWorkloads, randomDag } from './workloads.mjs';

it('makes the same graph of the same seed, and another one of another', () => {
  expect(randomDag(50, 3)).toEqual(randomDag(50, 3));
  expect(randomDag(50, 3)).not.toEqual(randomDag(50, 4));
});

it('lets tasks depend on earlier ones alone, two on average', () => {
  const tasks = randomDag(1_000, 1);
  const places = new Map(tasks.map(({ id }, place) => [id, place]));
  for (const [place, { dependencies }] of tasks.entries()) {
    expect(new Set(dependencies).size).toBe(dependencies.length);
    for (const id of dependencies) expect(places.get(id)).toBeLessThan(place);
  }
  const edges = tasks.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  expect(edges / tasks.length).toBeGreaterThan(1.9);
  expect(edges / tasks.length).toBeLessThan(2.1);
});

it('counts the tasks of its goals rightly', () => {
  for (const { graphs, tasksPerGoal } of Object.values(createWorkloads())) {
    for (const graph of graphs) expect(graph).toHaveLength(tasksPerGoal);
  }
});
