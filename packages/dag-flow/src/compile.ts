import type { FlowJob } from 'bullmq';
import { checkDag } from './check-dag.ts';
import type { Dag, DagNode } from './dag.ts';
import { type ChildJob, type CompileOptions, linkFlow, rootFlow, settleFlow, taskFlow } from './flow-jobs.ts';
import { type JobReference, linkJobId, nodeJobId, rootJobId, settleJobId } from './job-ids.ts';
import { dependentsOf, transitiveReduction } from './topology.ts';

/** Frozen plain data: one BullMQ flow, and the place of each of its jobs. */
export interface DagFlow {
  readonly id: string;
  readonly tree: FlowJob;
  readonly root: JobReference;
  /** The job of each node, by node id. */
  readonly nodes: ReadonlyMap<string, JobReference>;
  /** Every job of the flow (root, nodes, settles, links), parents before children. */
  readonly jobs: readonly JobReference[];
}

/** A node that is about to be placed in the tree. */
interface Placement {
  readonly node: DagNode;
  /** Its place in `Dag.nodes`. */
  readonly index: number;
  readonly children: ChildJob[];
  /** Those that depend on it directly, in topological order; the first one is its primary parent. */
  dependents: readonly Placement[];
}

const DEFAULT_MAX_NODES = 1_000;

/**
 * Turns a DAG into one BullMQ flow. A node with one dependent is that dependent's child. A node with several is the
 * child of a settle job, which is the child of the first of them; each of the others gets a link job as its child.
 * Throws `DagError`.
 */
export function compileDag(dag: Dag, options: CompileOptions = {}): DagFlow {
  const placements = place(dag, options.maxNodes ?? DEFAULT_MAX_NODES);
  const jobs: JobReference[] = [];
  const reserve = (queue: string, id: string): JobReference => {
    const reference = Object.freeze({ queue, id });
    jobs.push(reference);
    return reference;
  };
  const nodes = new Map<string, JobReference>();
  const rootChildren: ChildJob[] = [];
  for (const { node, index, children, dependents } of placements) {
    const task = reserve(node.queue, nodeJobId(dag.id, index));
    nodes.set(node.id, task);
    const job = taskFlow(node, task.id, children, options);
    const [primary, ...others] = dependents;
    if (primary === undefined) {
      rootChildren.push(job);
      continue;
    }
    if (others.length === 0) {
      primary.children.push(job);
      continue;
    }
    const settle = reserve(dag.controlQueue, settleJobId(dag.id, index));
    const links = others.map((dependent) => {
      const reference = reserve(dag.controlQueue, linkJobId(dag.id, index, dependent.index));
      const name = `link ${node.id} → ${dependent.node.id}`;
      const data = { kind: 'link', task, settle: settle.id } as const;
      dependent.children.push(
        linkFlow({ reference, name, priority: dependent.node.priority, data }, options),
      );
      return reference.id;
    });
    const priority = Math.min(...dependents.map((dependent) => dependent.node.priority));
    const data = { kind: 'settle', task, links } as const;
    primary.children.push(
      settleFlow({ reference: settle, name: `settle ${node.id}`, priority, data }, job, options),
    );
  }
  const root = reserve(dag.root.queue, rootJobId(dag.id));
  const tree = rootFlow(dag.root, root.id, rootChildren, options);
  return Object.freeze({ id: dag.id, tree, root, nodes, jobs: Object.freeze(jobs.toReversed()) });
}

/** In topological order, so that a node's children are all there when the node itself is placed. */
function place(dag: Dag, maxNodes: number): readonly Placement[] {
  const order = checkDag(dag, maxNodes);
  const reduction = transitiveReduction(order);
  const index = new Map(dag.nodes.map((node, at) => [node.id, at]));
  const placements = order.map((node): Placement => ({
    node,
    index: index.get(node.id) as number,
    children: [],
    dependents: [],
  }));
  const byId = new Map(placements.map((placement) => [placement.node.id, placement]));
  const dependents = dependentsOf(order.map(({ id }) => ({ id, dependencies: reduction.get(id) ?? [] })));
  for (const placement of placements) {
    placement.dependents = (dependents.get(placement.node.id) ?? []).map(
      ({ id }) => byId.get(id) as Placement,
    );
  }
  return placements;
}
