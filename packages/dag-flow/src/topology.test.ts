import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acyclicNodes } from './testing/arbitrary-dag.ts';
import { type Dependent, dependentsOf, topologicalOrder, transitiveReduction } from './topology.ts';

function ordered<T extends Dependent>(nodes: readonly T[]): readonly T[] {
  const ordering = topologicalOrder(nodes);
  if (!ordering.ok) throw new Error(`unexpected cycle ${ordering.cycle.join()}`);
  return ordering.order;
}

/** Everything reachable from a node, by plain search. */
function ancestors(nodes: readonly Dependent[], id: string): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Set<string>();
  const open = [...(byId.get(id)?.dependencies ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(byId.get(next)?.dependencies ?? []));
  }
  return found;
}

test('every node comes once and after its dependencies', () => {
  fc.assert(
    fc.property(acyclicNodes(20), (nodes) => {
      const order = ordered(nodes);
      expect(new Set(order)).toEqual(new Set(nodes));
      expect(order).toHaveLength(nodes.length);
      const at = new Map(order.map(({ id }, index) => [id, index]));
      for (const { id, dependencies } of nodes) {
        for (const dependency of dependencies) expect(at.get(dependency)).toBeLessThan(at.get(id) as number);
      }
    }),
  );
});

test('nodes that may go in any order keep the one they were given in', () => {
  const nodes = ['c', 'a', 'b'].map((id) => ({ id, dependencies: [] }));
  expect(ordered(nodes)).toEqual(nodes);
});

test('a cycle is named from a node back to itself, without the nodes that only hang on it', () => {
  const nodes = [
    { id: 'tail', dependencies: ['c'] },
    { id: 'start', dependencies: [] },
    { id: 'a', dependencies: ['start', 'b'] },
    { id: 'b', dependencies: ['c'] },
    { id: 'c', dependencies: ['a'] },
  ];
  expect(topologicalOrder(nodes)).toEqual({ ok: false, cycle: ['c', 'a', 'b', 'c'] });
});

test('closing any edge of a graph the other way round is reported as a cycle of existing dependencies', () => {
  fc.assert(
    fc.property(acyclicNodes(12), fc.nat(), (nodes, pick) => {
      const edges = nodes.flatMap(({ id, dependencies }) =>
        dependencies.map((dependency) => [id, dependency] as const),
      );
      fc.pre(edges.length > 0);
      const [from, to] = edges[pick % edges.length] ?? ['', ''];
      const closed = nodes.map((node) =>
        node.id === to ? { ...node, dependencies: [...node.dependencies, from] } : node,
      );
      const ordering = topologicalOrder(closed);
      const cycle = ordering.ok ? [] : ordering.cycle;
      expect(cycle.length).toBeGreaterThan(1);
      expect(cycle[0]).toBe(cycle.at(-1));
      const dependencies = new Map(closed.map((node) => [node.id, node.dependencies]));
      for (const [place, id] of cycle.slice(0, -1).entries())
        expect(dependencies.get(id)).toContain(cycle[place + 1]);
    }),
  );
});

test('the reduction keeps exactly the dependencies that no other dependency implies', () => {
  fc.assert(
    fc.property(acyclicNodes(15), (nodes) => {
      const reduced = transitiveReduction(ordered(nodes));
      for (const { id, dependencies } of nodes) {
        const direct = [...new Set(dependencies)];
        const needed = direct.filter((one) => !direct.some((other) => ancestors(nodes, other).has(one)));
        expect(reduced.get(id)?.toSorted()).toEqual(needed.toSorted());
      }
    }),
  );
});

test('the reduction is right beyond one machine word', () => {
  const nodes = Array.from({ length: 100 }, (_, index) => ({
    id: `${index}`,
    dependencies: Array.from({ length: index }, (_unused, earlier) => `${earlier}`),
  }));
  const reduced = transitiveReduction(ordered(nodes));
  expect([...reduced.values()]).toEqual([[], ...nodes.slice(1).map((_, index) => [`${index}`])]);
});

test('dependents are listed once, in the order of the nodes', () => {
  const nodes = [
    { id: 'a', dependencies: [] },
    { id: 'c', dependencies: ['a', 'a'] },
    { id: 'b', dependencies: ['a'] },
  ];
  expect(dependentsOf(nodes).get('a')).toEqual([nodes[1], nodes[2]]);
});
