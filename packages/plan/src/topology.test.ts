import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalPath, CycleError, dependentsOf, levels, order, type GraphNode } from './topology.ts';
import { transitiveReduction } from './transitive-reduction.ts';

/** Graphs without circles, their nodes shuffled; node n0 can depend on none, n1 on n0, and so on. */
const graphs: fc.Arbitrary<GraphNode[]> = fc
  .integer({ min: 1, max: 10 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.subarray(Array.from({ length: index }, (__, lower) => `n${lower}`)),
      ),
    ),
  )
  .map((dependencies) => dependencies.map((ids, index) => ({ id: `n${index}`, dependencies: ids })))
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

/** Every path that ends at a node, start first. */
function pathsTo(id: string, byId: ReadonlyMap<string, readonly string[]>): string[][] {
  const longer = (byId.get(id) ?? []).flatMap((dependency) => pathsTo(dependency, byId));
  return [[id], ...longer.map((path) => path.concat(id))];
}

/** Which nodes each node waits for, directly or not, as `waiting>awaited`. */
function reachOf(byId: ReadonlyMap<string, readonly string[]>): Set<string> {
  const starts = (id: string): string[] => pathsTo(id, byId).flatMap((path) => path.slice(0, 1));
  return new Set([...byId.keys()].flatMap((id) => starts(id).map((start) => `${id}>${start}`)));
}

function edgesOf(nodes: readonly GraphNode[]): Map<string, readonly string[]> {
  return new Map(nodes.map(({ id, dependencies }) => [id, dependencies]));
}

const diamond: readonly GraphNode[] = [
  { id: 'end', dependencies: ['left', 'right'] },
  { id: 'left', dependencies: ['start'] },
  { id: 'right', dependencies: ['start'] },
  { id: 'start', dependencies: [] },
];

test('a diamond is ordered, levelled and turned around', () => {
  expect(order(diamond).map(({ id }) => id)).toEqual(['start', 'left', 'right', 'end']);
  expect(levels(diamond)).toEqual([['start'], ['left', 'right'], ['end']]);
  expect(Object.fromEntries(dependentsOf(diamond))).toEqual({
    end: [],
    left: ['end'],
    right: ['end'],
    start: ['left', 'right'],
  });
});

test('a dependency that is listed twice has one dependent', () => {
  const nodes = [
    { id: 'a', dependencies: [] },
    { id: 'b', dependencies: ['a', 'a'] },
  ];
  expect(dependentsOf(nodes).get('a')).toEqual(['b']);
});

test('the critical path goes over the heavier side', () => {
  const weights = new Map([['right', 5]]);
  expect(criticalPath(diamond, ({ id }) => weights.get(id) ?? 1)).toEqual({
    ids: ['start', 'right', 'end'],
    total: 7,
  });
  expect(criticalPath([], () => 1)).toEqual({ ids: [], total: 0 });
});

test('a circle is refused with its nodes', () => {
  const circle = [
    { id: 'x', dependencies: ['a'] },
    { id: 'a', dependencies: ['b'] },
    { id: 'b', dependencies: ['a'] },
  ];
  expect(() => order(circle)).toThrow(CycleError);
  expect(() => order(circle)).toThrow('a → b → a');
});

test('dependencies that no node bears are ignored', () => {
  const nodes = [{ id: 'a', dependencies: ['ghost'] }];
  expect(order(nodes)).toEqual(nodes);
  expect(levels(nodes)).toEqual([['a']]);
  expect(dependentsOf(nodes)).toEqual(new Map([['a', []]]));
});

test('order puts every node after all it depends on, once', () => {
  fc.assert(
    fc.property(graphs, (nodes) => {
      const positions = new Map(order(nodes).map(({ id }, position) => [id, position]));
      expect(positions.size).toBe(nodes.length);
      for (const { id, dependencies } of nodes) {
        for (const dependency of dependencies) {
          expect(positions.get(dependency)).toBeLessThan(positions.get(id) ?? -1);
        }
      }
    }),
  );
});

test('order leaves alone what is in order', () => {
  fc.assert(
    fc.property(graphs, (nodes) => {
      const ordered = order(nodes);
      expect(order(ordered)).toEqual(ordered);
    }),
  );
});

test('a level is one above the highest of its dependencies', () => {
  fc.assert(
    fc.property(graphs, (nodes) => {
      const levelOf = new Map(levels(nodes).flatMap((ids, level) => ids.map((id) => [id, level] as const)));
      for (const { id, dependencies } of nodes) {
        const highest = Math.max(-1, ...dependencies.map((dependency) => levelOf.get(dependency) ?? NaN));
        expect(levelOf.get(id)).toBe(highest + 1);
      }
    }),
  );
});

test('the critical path is a path and no path is heavier', () => {
  const weights = fc.array(fc.nat(20), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(graphs, weights, (nodes, weightAt) => {
      const weightOf = ({ id }: { readonly id: string }): number => weightAt[Number(id.slice(1))] ?? NaN;
      const weigh = (path: readonly string[]): number => path.reduce((sum, id) => sum + weightOf({ id }), 0);
      const edges = edgesOf(nodes);
      const paths = nodes.flatMap(({ id }) => pathsTo(id, edges));
      const { ids, total } = criticalPath(nodes, weightOf);
      expect(paths).toContainEqual(ids);
      expect(weigh(ids)).toBe(total);
      expect(Math.max(...paths.map(weigh))).toBe(total);
    }),
  );
});

test('the reduction of a diamond with a shortcut drops the shortcut alone', () => {
  const withShortcut = [{ id: 'end', dependencies: ['start', 'right', 'left', 'left'] }, ...diamond.slice(1)];
  expect(Object.fromEntries(transitiveReduction(withShortcut))).toEqual({
    end: ['right', 'left'],
    left: ['start'],
    right: ['start'],
    start: [],
  });
});

test('the reduction keeps who waits for whom, and none of its dependencies can be left out', () => {
  fc.assert(
    fc.property(graphs, (nodes) => {
      const reduced = transitiveReduction(nodes);
      const reach = reachOf(edgesOf(nodes));
      expect([...reduced.keys()]).toEqual(nodes.map(({ id }) => id));
      expect(reachOf(reduced)).toEqual(reach);
      for (const [id, dependencies] of reduced) {
        for (const dropped of dependencies) {
          const fewer = new Map(reduced).set(
            id,
            dependencies.filter((dependency) => dependency !== dropped),
          );
          expect(reachOf(fewer)).not.toEqual(reach);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('a chain of 20,000 nodes costs no stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => ({
    id: `n${index}`,
    dependencies: index === 19_999 ? [] : [`n${index + 1}`],
  }));
  expect(order(chain)[0]?.id).toBe('n19999');
  expect(criticalPath(chain, () => 1).total).toBe(20_000);
});
