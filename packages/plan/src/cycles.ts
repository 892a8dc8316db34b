import type { GraphNode } from './topology.ts';

interface Vertex<Node> {
  readonly node: Node;
  /** The vertices of its dependencies. */
  readonly targets: Vertex<Node>[];
  /** When the search came to it, or null before that. */
  found: number | null;
  /** The earliest found vertex that it is known to reach. */
  lowest: number;
  /** The vertices that it reaches and that reach it, itself among them, once that is settled. */
  component: ReadonlySet<Vertex<Node>> | null;
}

export type Cycle<Node> = readonly [Node, ...Node[]];

/**
 * One circle for each group of nodes that can all reach each other (each strongly connected component), as short as one
 * through the group's first node can be. In a circle each node depends on the next, and the last on the first; a node
 * that depends on itself alone is a circle of one. Takes any graph with unique ids, and time linear in its edges.
 */
export function findCycles<Node extends GraphNode>(nodes: readonly Node[]): Cycle<Node>[] {
  const vertices = verticesOf(nodes);
  settleComponents(vertices);
  const done = new Set<Vertex<Node>['component']>();
  return vertices.flatMap((vertex) => {
    if (done.has(vertex.component)) return [];
    done.add(vertex.component);
    const circle = shortestCircle(vertex);
    return circle === null ? [] : [circle];
  });
}

function verticesOf<Node extends GraphNode>(nodes: readonly Node[]): Vertex<Node>[] {
  const vertices = nodes.map((node): Vertex<Node> => ({
    node,
    targets: [],
    found: null,
    lowest: 0,
    component: null,
  }));
  const byId = new Map(vertices.map((vertex) => [vertex.node.id, vertex]));
  for (const { node, targets } of vertices) {
    for (const dependency of node.dependencies) {
      const target = byId.get(dependency);
      if (target) targets.push(target);
    }
  }
  return vertices;
}

/** Tarjan's algorithm, with its own stack. */
function settleComponents<Node>(vertices: readonly Vertex<Node>[]): void {
  const unsettled: Vertex<Node>[] = [];
  let clock = 0;
  const open = (vertex: Vertex<Node>): { vertex: Vertex<Node>; rest: Iterator<Vertex<Node>> } => {
    vertex.found = vertex.lowest = clock;
    clock += 1;
    unsettled.push(vertex);
    return { vertex, rest: vertex.targets.values() };
  };
  for (const start of vertices) {
    if (start.found !== null) continue;
    const path = [open(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { vertex, rest } = top;
      const next = rest.next();
      if (!next.done) {
        const target = next.value;
        if (target.found === null) path.push(open(target));
        else if (target.component === null) vertex.lowest = Math.min(vertex.lowest, target.found);
        continue;
      }
      path.pop();
      const below = path.at(-1)?.vertex;
      if (below) below.lowest = Math.min(below.lowest, vertex.lowest);
      if (vertex.lowest !== vertex.found) continue;
      const component = new Set(unsettled.splice(unsettled.lastIndexOf(vertex)));
      for (const member of component) member.component = component;
    }
  }
}

/** Breadth first from a vertex back to itself, within its component. */
function shortestCircle<Node>(start: Vertex<Node>): Cycle<Node> | null {
  const cameFrom = new Map<Vertex<Node>, Vertex<Node>>();
  const isAlone = start.component?.size === 1;
  const queue = [start];
  for (const vertex of queue) {
    for (const target of vertex.targets) {
      if (target === start && (vertex !== start || isAlone)) return pathBetween(start, vertex, cameFrom);
      if (target === start || target.component !== start.component || cameFrom.has(target)) continue;
      cameFrom.set(target, vertex);
      queue.push(target);
    }
  }
  return null;
}

function pathBetween<Node>(
  start: Vertex<Node>,
  end: Vertex<Node>,
  cameFrom: ReadonlyMap<Vertex<Node>, Vertex<Node>>,
): Cycle<Node> {
  const after: Node[] = [];
  for (
    let vertex: Vertex<Node> | undefined = end;
    vertex && vertex !== start;
    vertex = cameFrom.get(vertex)
  ) {
    after.push(vertex.node);
  }
  return [start.node, ...after.reverse()];
}
