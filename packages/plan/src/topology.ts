/**
 * The graph of a plan, whatever its nodes carry besides. Node ids are unique; a dependency that no node bears is ignored.
 * Nothing recurses, so that the longest chain costs no stack.
 */
export interface GraphNode {
  readonly id: string;
  /** Ids of the nodes that must end before this one starts. */
  readonly dependencies: readonly string[];
}

/** The graph has no order: `cycle` is one circle of it, each node depending on the next, the last on the first. */
export class CycleError extends Error {
  override readonly name = 'CycleError';
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[]) {
    super(
      `The tasks wait for each other in a circle: ${[...cycle, cycle[0]].join(' → ')}. Remove one dependency of it.`,
    );
    this.cycle = cycle;
  }
}

/** The nodes, each after all it depends on. What is in order already stays as it is. Throws a {@link CycleError}. */
export function order<Node extends GraphNode>(nodes: readonly Node[]): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered: Node[] = [];
  const opened = new Set<string>();
  const closed = new Set<string>();
  for (const start of nodes) {
    const path = [{ node: start, next: 0 }];
    if (opened.has(start.id)) continue;
    opened.add(start.id);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.node.dependencies[top.next];
      top.next += 1;
      if (dependency === undefined) {
        closed.add(top.node.id);
        ordered.push(top.node);
        path.pop();
        continue;
      }
      const node = byId.get(dependency);
      if (node === undefined || closed.has(dependency)) continue;
      if (opened.has(dependency)) {
        const circle = path.slice(path.findIndex((step) => step.node.id === dependency));
        throw new CycleError(circle.map((step) => step.node.id));
      }
      opened.add(dependency);
      path.push({ node, next: 0 });
    }
  }
  return ordered;
}

/** The ids of the nodes that depend on each node, in the order of the nodes. */
export function dependentsOf(nodes: readonly GraphNode[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { id, dependencies } of nodes) {
    for (const dependency of new Set(dependencies)) dependents.get(dependency)?.push(id);
  }
  return dependents;
}

/** Node ids by the earliest step at which they can run: level 0 waits for nothing. Throws a {@link CycleError}. */
export function levels(nodes: readonly GraphNode[]): string[][] {
  const levelOf = new Map<string, number>();
  for (const { id, dependencies } of order(nodes)) {
    const before = dependencies.map((dependency) => levelOf.get(dependency) ?? -1);
    levelOf.set(id, 1 + before.reduce((highest, level) => Math.max(highest, level), -1));
  }
  const grouped: string[][] = [];
  for (const [id, level] of levelOf) (grouped[level] ??= []).push(id);
  return grouped;
}

/** A node at the end of the heaviest chain that leads to it. */
interface Chain {
  readonly id: string;
  readonly before: Chain | null;
  readonly total: number;
}

/**
 * The chain of dependencies with the greatest total weight, first task first: no run of the plan is shorter than it.
 * Weights are not negative. Throws a {@link CycleError}.
 */
export function criticalPath<Node extends GraphNode>(
  nodes: readonly Node[],
  weightOf: (node: Node) => number,
): { ids: string[]; total: number } {
  const chains = new Map<string, Chain>();
  for (const node of order(nodes)) {
    const before = heaviest(node.dependencies.flatMap((dependency) => chains.get(dependency) ?? []));
    chains.set(node.id, { id: node.id, before, total: weightOf(node) + (before?.total ?? 0) });
  }
  const last = heaviest([...chains.values()]);
  const ids: string[] = [];
  for (let chain = last; chain !== null; chain = chain.before) ids.push(chain.id);
  return { ids: ids.reverse(), total: last?.total ?? 0 };
}

function heaviest(chains: readonly Chain[]): Chain | null {
  return chains.reduce<Chain | null>(
    (most, chain) => (most === null || chain.total > most.total ? chain : most),
    null,
  );
}

/** Per node the number of nodes on the longest path that leads on from it, itself not counted. Throws a {@link CycleError}. */
export function pathsAhead(nodes: readonly GraphNode[]): Map<string, number> {
  const ahead = new Map<string, number>(nodes.map(({ id }) => [id, 0]));
  for (const { id, dependencies } of order(nodes).toReversed()) {
    const own = ahead.get(id) ?? 0;
    for (const dependency of dependencies) {
      const known = ahead.get(dependency);
      if (known !== undefined && known <= own) ahead.set(dependency, own + 1);
    }
  }
  return ahead;
}
