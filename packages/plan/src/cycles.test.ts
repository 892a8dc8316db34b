import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCycles } from './cycles.ts';
import type { GraphNode } from './topology.ts';

function cycles(graph: Readonly<Record<string, readonly string[]>>): string[][] {
  const nodes = Object.entries(graph).map(([id, dependencies]) => ({ id, dependencies }));
  return findCycles(nodes).map((cycle) => cycle.map(({ id }) => id));
}

test('each group of nodes that wait for each other gives one circle, the shortest through its first node', () => {
  expect(cycles({ a: ['b'], b: ['c', 'd'], c: ['a'], d: ['e'], e: ['c'], x: ['y', 'a'], y: ['x'] })).toEqual([
    ['a', 'b', 'c'],
    ['x', 'y'],
  ]);
});

test('a node that depends on itself is a circle of one, unless it is part of a longer one', () => {
  expect(cycles({ a: ['a'] })).toEqual([['a']]);
  expect(cycles({ a: ['a', 'b'], b: ['a'] })).toEqual([['a', 'b']]);
});

test('a graph without circles gives none, whatever else is in it', () => {
  expect(cycles({})).toEqual([]);
  expect(cycles({ a: ['b', 'b', 'ghost'], b: [] })).toEqual([]);
});

test('a circle of 20,000 nodes costs no stack', () => {
  const size = 20_000;
  const nodes = Array.from({ length: size }, (_, index) => ({
    id: `n${index}`,
    dependencies: [`n${(index + 1) % size}`],
  }));
  expect(findCycles(nodes)[0]).toHaveLength(size);
});

test('circles are circles, one for each group, found by brute force', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const graphs: fc.Arbitrary<GraphNode[]> = fc
    .tuple(...ids.map(() => fc.subarray(ids)))
    .map((dependencies) => dependencies.map((each, index) => ({ id: ids[index] ?? '', dependencies: each })));
  fc.assert(
    fc.property(graphs, (nodes) => {
      const found = findCycles(nodes);
      for (const cycle of found) {
        cycle.forEach((node, index) =>
          expect(node.dependencies).toContain(cycle[(index + 1) % cycle.length]?.id),
        );
        expect(new Set(cycle).size).toBe(cycle.length);
      }
      const groups = ids.map((id) =>
        ids.filter((other) => reaches(nodes, id, other) && reaches(nodes, other, id)).join(),
      );
      const firstOfGroups = ids.filter(
        (_, index) => groups[index] !== '' && groups.indexOf(groups[index] ?? '') === index,
      );
      expect(found.map(([first]) => first.id)).toEqual(firstOfGroups);
    }),
  );
});

function reaches(nodes: readonly GraphNode[], from: string, to: string): boolean {
  const reached = new Set<string>();
  const open = [from];
  for (const id of open) {
    for (const next of nodes.find((node) => node.id === id)?.dependencies ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached.has(to);
}
