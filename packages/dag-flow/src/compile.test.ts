import type { FlowJob } from 'bullmq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acyclicNodes } from './testing/arbitrary-dag.ts';
import { chain, dagOf, diamond, hub, wide } from './testing/dags.ts';
import { compileDag, type DagFlow } from './compile.ts';
import type { Dag } from './dag.ts';
import { linkJobId, nodeJobId, settleJobId } from './job-ids.ts';
import { dependentsOf, topologicalOrder, transitiveReduction } from './topology.ts';

interface PlacedJob {
  readonly id: string;
  readonly queue: string;
  readonly parent: string | undefined;
  readonly job: FlowJob;
}

const childrenOf = (job: FlowJob): readonly FlowJob[] => job.children ?? [];
const idOf = (job: FlowJob): string => job.opts?.jobId as string;

function walk(job: FlowJob, parent?: string): readonly PlacedJob[] {
  const placed = { id: idOf(job), queue: job.queueName, parent, job };
  return [placed, ...childrenOf(job).flatMap((child) => walk(child, placed.id))];
}

const parents = ({ tree }: DagFlow): Record<string, string | undefined> =>
  Object.fromEntries(walk(tree).map(({ id, parent }) => [id, parent]));

const dagFrom = (
  nodes: readonly { id: string; dependencies: readonly string[] }[],
  priorities: readonly number[] = [],
): Dag => ({
  id: 'goal.1',
  nodes: nodes.map((node, index) => ({
    ...node,
    queue: 'tasks',
    name: 'task',
    data: {},
    priority: priorities[index] ?? 7,
  })),
  root: { queue: 'roots', name: 'root', data: {}, priority: 7 },
  controlQueue: 'control',
});

test('a diamond: one settle, one link', () => {
  expect(parents(compileDag(dagOf('g.1', diamond)))).toEqual({
    'g.1.root': undefined,
    'g.1.3': 'g.1.root',
    'g.1.1': 'g.1.3',
    'g.1.2': 'g.1.3',
    'g.1.0.s': 'g.1.1',
    'g.1.0': 'g.1.0.s',
    'g.1.0.l.2': 'g.1.2',
  });
});

test.each([
  ['a chain', chain(30)],
  ['a fan-in', { a: [], b: [], c: ['a', 'b'], d: [], sink: ['c', 'd'] }],
  ['independent tasks', wide(30)],
  ['a chain with every shortcut', { a: [], b: ['a'], c: ['a', 'b'], d: ['a', 'b', 'c'] }],
])('%s costs one job a task', (_, shape) => {
  expect(compileDag(dagOf('g.1', shape)).jobs).toHaveLength(Object.keys(shape).length + 1);
});

test('every edge of the transitive reduction is one parent relation, one settle or one link, and nothing else is there', () => {
  fc.assert(
    fc.property(acyclicNodes(16), (nodes) => {
      const flow = compileDag(dagFrom(nodes));
      const ordering = topologicalOrder(nodes);
      const order = ordering.ok ? ordering.order : [];
      const reduction = transitiveReduction(order);
      const dependents = dependentsOf(order.map(({ id }) => ({ id, dependencies: reduction.get(id) ?? [] })));
      const index = new Map(nodes.map(({ id }, at) => [id, at]));
      const expected: Record<string, string | undefined> = { 'goal.1.root': undefined };
      for (const { id } of nodes) {
        const task = index.get(id) as number;
        const [primary, ...others] = (dependents.get(id) ?? []).map(
          (dependent) => index.get(dependent.id) as number,
        );
        const parent = primary === undefined ? 'goal.1.root' : nodeJobId('goal.1', primary);
        expected[nodeJobId('goal.1', task)] = others.length > 0 ? settleJobId('goal.1', task) : parent;
        if (others.length > 0) expected[settleJobId('goal.1', task)] = parent;
        for (const other of others) expected[linkJobId('goal.1', task, other)] = nodeJobId('goal.1', other);
      }
      expect(parents(flow)).toEqual(expected);
      expect(walk(flow.tree)).toHaveLength(Object.keys(expected).length);
    }),
  );
});

test('every job has legal options, a unique id, its place in the list and its number of children', () => {
  fc.assert(
    fc.property(acyclicNodes(16), fc.array(fc.integer({ min: 1, max: 50 })), (nodes, priorities) => {
      const flow = compileDag(dagFrom(nodes, priorities), { retention: { age: 60 } });
      const placed = walk(flow.tree);
      expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length);
      const place = new Map(flow.jobs.map(({ id }, at) => [id, at]));
      expect(new Set(flow.jobs)).toEqual(new Set(placed.map(({ queue, id }) => ({ queue, id }))));
      for (const { id, queue, parent, job } of placed) {
        expect(id).toMatch(/^goal\.1\.[a-z0-9.]+$/);
        expect(job.opts?.priority).toBeGreaterThan(0);
        expect(job.opts?.ignoreDependencyOnFailure ?? false).toBe(parent !== undefined);
        expect(job.opts).not.toHaveProperty('removeOnFail');
        expect(job.opts?.removeOnComplete).toEqual({ age: 60 });
        if (queue !== 'control') expect(job.data.dag).toEqual({ children: childrenOf(job).length });
        if (parent !== undefined) expect(place.get(parent)).toBeLessThan(place.get(id) as number);
      }
    }),
  );
});

test('settle jobs are as urgent as the most urgent dependent, links as their own', () => {
  const priorities: Readonly<Record<string, number>> = { hub: 9, 'spoke-0': 5, 'spoke-1': 3, 'spoke-2': 8 };
  const flow = compileDag(dagOf('g.1', hub(3), (node) => ({ ...node, priority: priorities[node.id] ?? 1 })));
  const byName = new Map(walk(flow.tree).map(({ job }) => [job.name, job]));
  expect(byName.get('settle hub')?.opts?.priority).toBe(3);
  expect(byName.get('link hub → spoke-1')?.opts?.priority).toBe(3);
  expect(byName.get('link hub → spoke-2')?.opts?.priority).toBe(8);
  expect(byName.get('settle hub')?.data.dag).toEqual({
    kind: 'settle',
    task: { queue: 'tasks', id: 'g.1.0' },
    links: ['g.1.0.l.2', 'g.1.0.l.3'],
  });
});

test('a node keeps its own options and data; what makes the flow safe cannot be replaced', () => {
  const unsafe = { jobId: 'mine', priority: 0, ignoreDependencyOnFailure: false };
  const options = { attempts: 3, sizeLimit: 9_000, ...unsafe };
  const dag = dagOf('g.1', { a: [] }, (node) => ({ ...node, data: { goal: 'x' }, options }));
  const [job] = childrenOf(compileDag(dag, { attempts: 8 }).tree);
  expect(job).toMatchObject({ name: 'task', queueName: 'tasks', data: { goal: 'x', dag: { children: 0 } } });
  expect(job?.opts).toMatchObject({
    attempts: 3,
    sizeLimit: 9_000,
    priority: 10,
    jobId: 'g.1.0',
    ignoreDependencyOnFailure: true,
  });
  expect(compileDag(dag, { attempts: 8 }).tree.opts?.attempts).toBe(8);
});

test('node ids never reach a job id', () => {
  const flow = compileDag(dagOf('g.1', { 'a:b c': [], '7': ['a:b c'] }));
  expect(flow.nodes.get('a:b c')).toEqual({
    queue: 'tasks',
    id: expect.stringMatching(/^g\.1\.[01]$/) as string,
  });
});

test('the result is frozen, the same for the same DAG, and leaves the DAG alone', () => {
  const dag = dagOf('g.1', diamond);
  const before = structuredClone(dag);
  const flow = compileDag(dag);
  expect(compileDag(dag)).toEqual(flow);
  expect(dag).toEqual(before);
  for (const { job } of walk(flow.tree)) {
    expect(
      [job, job.opts, job.data, job.children].every((part) => part === undefined || Object.isFrozen(part)),
    ).toBe(true);
  }
});
