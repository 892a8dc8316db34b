import { expect, test } from 'vitest';
import { dagOf, diamond } from './testing/dags.ts';
import { checkDag } from './check-dag.ts';
import type { Dag, DagNode } from './dag.ts';
import { DagError } from './dag-error.ts';

const base = dagOf('goal.1', { a: [], b: ['a'] });
const change = (id: string, changes: Partial<DagNode>): Dag => ({
  ...base,
  nodes: base.nodes.map((node) => (node.id === id ? { ...node, ...changes } : node)),
});

function refusal(dag: Dag, maxNodes = 1_000): DagError {
  try {
    checkDag(dag, maxNodes);
  } catch (error) {
    if (error instanceof DagError) return error;
    throw error;
  }
  throw new Error('The DAG was accepted');
}

test.each<[string, Dag, string, readonly string[]]>([
  ['an empty id', { ...base, id: '' }, 'illegal_id', []],
  ['an id with a colon', { ...base, id: 'goal:1' }, 'illegal_id', []],
  ['an id with white space', { ...base, id: 'goal 1' }, 'illegal_id', []],
  ['an integer for an id', { ...base, id: '42' }, 'illegal_id', []],
  ['a queue without a name', change('a', { queue: '' }), 'illegal_queue', []],
  ['a queue with a colon', change('a', { queue: 'x:y' }), 'illegal_queue', []],
  ['a control queue with a colon', { ...base, controlQueue: 'x:y' }, 'illegal_queue', []],
  ['a task in the control queue', change('a', { queue: 'control' }), 'illegal_queue', []],
  ['a root in the control queue', { ...base, root: { ...base.root, queue: 'control' } }, 'illegal_queue', []],
  ['priority 0', change('a', { priority: 0 }), 'illegal_priority', []],
  ['a fraction for a priority', change('a', { priority: 1.5 }), 'illegal_priority', []],
  ['a priority beyond the last', change('a', { priority: 2_097_152 }), 'illegal_priority', []],
  ['a root without a priority', { ...base, root: { ...base.root, priority: 0 } }, 'illegal_priority', []],
  ['the reserved key', change('a', { data: { dag: 1 } }), 'reserved_key', []],
  ['one id twice', change('b', { id: 'a', dependencies: [] }), 'duplicate_node', ['a']],
  ['an unknown dependency', change('b', { dependencies: ['c'] }), 'unknown_dependency', ['b', 'c']],
  ['a dependency on itself', change('b', { dependencies: ['b'] }), 'self_dependency', ['b']],
  ['a cycle', change('a', { dependencies: ['b'] }), 'cycle', ['a', 'b', 'a']],
])('%s is refused', (_, dag, code, nodes) => {
  const error = refusal(dag);
  expect([error.code, error.nodes]).toEqual([code, nodes]);
});

test('the number of nodes is limited', () => {
  expect(refusal(base, 1).code).toBe('too_many_nodes');
  expect(checkDag(base, 2)).toHaveLength(2);
});

test('the first and the last priority are accepted', () => {
  expect(checkDag(change('a', { priority: 1 }), 2)).toHaveLength(2);
  expect(checkDag(change('a', { priority: 2_097_151 }), 2)).toHaveLength(2);
});

test('an accepted DAG comes back in topological order', () => {
  const dag = dagOf('goal.1', diamond);
  expect(checkDag({ ...dag, nodes: dag.nodes.toReversed() }, 10).map(({ id }) => id)).toEqual([
    'top',
    'right',
    'left',
    'bottom',
  ]);
});
