import type { Dag, DagNode } from '../dag.ts';

/** Node id → dependencies, in order; every node in queue `tasks`, priority 10. */
export type Shape = Readonly<Record<string, readonly string[]>>;

export function dagOf(id: string, shape: Shape, change: (node: DagNode) => DagNode = (node) => node): Dag {
  const nodes = Object.entries(shape).map(([name, dependencies]): DagNode =>
    change({ id: name, queue: 'tasks', name: 'task', data: { node: name }, priority: 10, dependencies }),
  );
  return {
    id,
    nodes,
    root: { queue: 'roots', name: 'root', data: {}, priority: 10 },
    controlQueue: 'control',
  };
}

export const diamond: Shape = { top: [], left: ['top'], right: ['top'], bottom: ['left', 'right'] };

/** One source with this many dependents, which all meet again. */
export const hub = (dependents: number): Shape => {
  const spokes = Array.from({ length: dependents }, (_, index) => `spoke-${index}`);
  return { hub: [], ...Object.fromEntries(spokes.map((spoke) => [spoke, ['hub']])), rim: spokes };
};

export const wide = (width: number): Shape =>
  Object.fromEntries(Array.from({ length: width }, (_, index) => [`n${index}`, []]));

export const chain = (length: number): Shape =>
  Object.fromEntries(
    Array.from({ length }, (_, index) => [`n${index}`, index === 0 ? [] : [`n${index - 1}`]]),
  );
