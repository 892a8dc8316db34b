import type { Dag, DagJob, DagNode } from './dag.ts';
import { DagError } from './dag-error.ts';
import { topologicalOrder } from './topology.ts';

const HIGHEST_PRIORITY_NUMBER = 2_097_151;
export const RESERVED_KEY = 'dag';

/** The nodes in topological order. Throws a `DagError` for the first law the DAG breaks. */
export function checkDag(dag: Dag, maxNodes: number): readonly DagNode[] {
  checkDagId(dag.id);
  checkQueueName(dag.controlQueue, 'the control queue');
  if (dag.nodes.length > maxNodes) {
    throw new DagError(
      'too_many_nodes',
      `The DAG "${dag.id}" has ${dag.nodes.length} nodes, the limit is ${maxNodes}: split it, or raise maxNodes.`,
    );
  }
  checkJob(dag.root, 'the root', dag.controlQueue);
  const ids = new Set<string>();
  for (const node of dag.nodes) {
    checkJob(node, `node "${node.id}"`, dag.controlQueue);
    if (ids.has(node.id)) {
      throw new DagError('duplicate_node', `Two nodes are called "${node.id}": give each its own id.`, {
        nodes: [node.id],
      });
    }
    ids.add(node.id);
  }
  for (const node of dag.nodes) checkDependencies(node, ids);
  const ordering = topologicalOrder(dag.nodes);
  if (ordering.ok) return ordering.order;
  throw new DagError(
    'cycle',
    `The nodes ${ordering.cycle.join(' → ')} wait for each other: drop one of these dependencies.`,
    {
      nodes: ordering.cycle,
    },
  );
}

function checkDagId(id: string): void {
  if (/^[^\s:]+$/.test(id) && !/^[+-]?\d+$/.test(id)) return;
  throw new DagError(
    'illegal_id',
    `The DAG id "${id}" cannot begin a BullMQ job id: use a non-empty string without ":" and white space that is not a bare integer.`,
  );
}

function checkDependencies(node: DagNode, ids: ReadonlySet<string>): void {
  for (const dependency of node.dependencies) {
    if (dependency === node.id) {
      throw new DagError('self_dependency', `Node "${node.id}" depends on itself: drop that dependency.`, {
        nodes: [node.id],
      });
    }
    if (ids.has(dependency)) continue;
    throw new DagError(
      'unknown_dependency',
      `Node "${node.id}" depends on "${dependency}", which is not a node of this DAG: add it or drop the dependency.`,
      { nodes: [node.id, dependency] },
    );
  }
}

function checkJob(job: DagJob, where: string, controlQueue: string): void {
  checkQueueName(job.queue, `the queue of ${where}`);
  if (job.queue === controlQueue) {
    throw new DagError(
      'illegal_queue',
      `The queue of ${where} is the control queue "${controlQueue}": use a queue of its own.`,
    );
  }
  if (!Number.isInteger(job.priority) || job.priority < 1 || job.priority > HIGHEST_PRIORITY_NUMBER) {
    throw new DagError(
      'illegal_priority',
      `The priority of ${where} is ${job.priority}: use an integer from 1 (first) to ${HIGHEST_PRIORITY_NUMBER} (last).`,
    );
  }
  if (Object.hasOwn(job.data, RESERVED_KEY)) {
    throw new DagError(
      'reserved_key',
      `The data of ${where} has the key "${RESERVED_KEY}", which is reserved: rename it.`,
    );
  }
}

function checkQueueName(name: string, where: string): void {
  if (name !== '' && !name.includes(':')) return;
  throw new DagError(
    'illegal_queue',
    `The name of ${where} is "${name}": BullMQ needs a non-empty name without ":".`,
  );
}
