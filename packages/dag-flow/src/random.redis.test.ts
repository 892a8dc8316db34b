import { UnrecoverableError } from 'bullmq';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acyclicNodes } from './testing/arbitrary-dag.ts';
import { createRig, type FlowRig } from './testing/flow-rig.ts';
import type { DagFlow } from './compile.ts';
import { checkDependencies, type DependencyCheck } from './guard.ts';
import { type Dependent, topologicalOrder, transitiveReduction } from './topology.ts';

const QUEUES = ['red', 'green', 'blue'];
let rig: FlowRig;
let flows = 0;
const checks = new Map<string, DependencyCheck>();

beforeAll(async () => {
  rig = createRig();
  await rig.work([...QUEUES, 'roots'], async (job) => {
    checks.set(job.id as string, await checkDependencies(job));
    if (job.data.fails === true) throw new UnrecoverableError(`${job.data.node} fails`);
    return null;
  });
  await rig.control();
});

afterAll(() => rig.close());

async function run(nodes: readonly Dependent[], failing: ReadonlySet<string>): Promise<DagFlow> {
  flows += 1;
  const flow = await rig.submit({
    id: `random.${flows}`,
    controlQueue: 'control',
    root: { queue: 'roots', name: 'root', data: {}, priority: 5 },
    nodes: nodes.map((node, index) => ({
      ...node,
      queue: QUEUES[index % QUEUES.length] ?? 'red',
      name: 'task',
      data: { node: node.id, fails: failing.has(node.id) },
      priority: (index % 3) + 1,
    })),
  });
  await rig.witness.endOf(flow.root.id);
  return flow;
}

const failed = (dependencies: readonly string[], failing: ReadonlySet<string>): number =>
  dependencies.filter((id) => failing.has(id)).length;

test('any DAG, any tasks failing: each runs once, after its dependencies, and learns how many of them failed', async () => {
  const dags = acyclicNodes(14).chain((nodes) =>
    fc.tuple(fc.constant(nodes), fc.subarray(nodes.map(({ id }) => id))),
  );
  await fc.assert(
    fc.asyncProperty(dags, async ([nodes, failingIds]) => {
      const failing = new Set(failingIds);
      const flow = await run(nodes, failing);
      const jobId = (node: string): string => flow.nodes.get(node)?.id as string;
      const ids = new Set(flow.jobs.map(({ id }) => id));
      const events = rig.witness.events.filter((event) => ids.has(event.jobId));
      const at = (kind: 'start' | 'end', id: string): number =>
        events.findIndex((event) => event.kind === kind && event.jobId === id);

      expect(events).toHaveLength(2 * (nodes.length + 1));
      for (const { id, dependencies } of nodes) {
        expect(at('end', jobId(id))).toBeGreaterThanOrEqual(0);
        for (const dependency of dependencies)
          expect(at('end', jobId(dependency))).toBeLessThan(at('start', jobId(id)));
      }
      expect(at('start', flow.root.id)).toBe(events.length - 2);

      const ordering = topologicalOrder(nodes);
      const reduction = transitiveReduction(ordering.ok ? ordering.order : []);
      for (const { id } of nodes) {
        expect(checks.get(jobId(id))).toEqual({
          complete: true,
          failed: failed(reduction.get(id) ?? [], failing),
        });
      }
      const depended = new Set(nodes.flatMap(({ dependencies }) => dependencies));
      const sinks = nodes.map(({ id }) => id).filter((id) => !depended.has(id));
      expect(checks.get(flow.root.id)).toEqual({ complete: true, failed: failed(sinks, failing) });
      expect(rig.witness.errors).toEqual([]);
    }),
    { numRuns: 60, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false },
  );
  expect(flows).toBeGreaterThan(10);
});
