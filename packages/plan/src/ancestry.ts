import { CycleError, order, type GraphNode } from './topology.ts';

/** Which nodes wait for which, directly or not. */
export interface Ancestry {
  /** Whether `id` depends on `other`, directly or through others. */
  dependsOn(id: string, other: string): boolean;
}

/** Null for a graph that has a circle: in it nobody comes first. */
export function ancestryOf(nodes: readonly GraphNode[]): Ancestry | null {
  const ordered = inOrder(nodes);
  if (ordered === null) return null;
  const bits = new Map(ordered.map(({ id }, position) => [id, 1n << BigInt(position)]));
  const ancestors = new Map<string, bigint>();
  for (const { id, dependencies } of ordered) {
    let reach = 0n;
    for (const dependency of dependencies) {
      reach |= (ancestors.get(dependency) ?? 0n) | (bits.get(dependency) ?? 0n);
    }
    ancestors.set(id, reach);
  }
  return {
    dependsOn: (id, other) => ((ancestors.get(id) ?? 0n) & (bits.get(other) ?? 0n)) !== 0n,
  };
}

function inOrder(nodes: readonly GraphNode[]): GraphNode[] | null {
  try {
    return order(nodes);
  } catch (error) {
    if (error instanceof CycleError) return null;
    throw error;
  }
}
