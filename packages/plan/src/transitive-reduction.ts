import { order, type GraphNode } from './topology.ts';

interface Reached {
  readonly id: string;
  readonly position: number;
  readonly bit: bigint;
  /** The bits of all that it depends on, directly or not. */
  readonly reach: bigint;
}

/**
 * The fewest dependencies per node that keep who waits for whom: a dependency that another one implies is left out.
 * Throws a CycleError.
 */
export function transitiveReduction(nodes: readonly GraphNode[]): Map<string, string[]> {
  const reached = new Map<string, Reached>();
  const kept = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const [position, { id, dependencies }] of order(nodes).entries()) {
    const latestFirst = dependencies
      .flatMap((dependency) => reached.get(dependency) ?? [])
      .sort((left, right) => right.position - left.position);
    const direct = new Set<string>();
    let reach = 0n;
    for (const dependency of latestFirst) {
      if ((reach & dependency.bit) !== 0n) continue;
      direct.add(dependency.id);
      reach |= dependency.reach | dependency.bit;
    }
    reached.set(id, { id, position, bit: 1n << BigInt(position), reach });
    kept.set(
      id,
      [...new Set(dependencies)].filter((dependency) => direct.has(dependency)),
    );
  }
  return kept;
}
