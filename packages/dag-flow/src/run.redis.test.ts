import { afterAll, beforeAll, expect, test } from 'vitest';
import { chain, dagOf, diamond, hub, type Shape, wide } from './testing/dags.ts';
import { createRig, type FlowRig } from './testing/flow-rig.ts';
import { checkDependencies } from './guard.ts';

let rig: FlowRig;

beforeAll(async () => {
  rig = createRig();
  await rig.work(['tasks', 'roots'], checkDependencies);
  await rig.control();
});

afterAll(() => rig.close());

const shapes: readonly (readonly [string, Shape])[] = [
  ['no-nodes', {}],
  ['single', { only: [] }],
  ['diamond', diamond],
  ['fan-out', { source: [], a: ['source'], b: ['source'], c: ['source'] }],
  ['fan-in', { a: [], b: [], c: [], sink: ['a', 'b', 'c'] }],
  ['chain', chain(12)],
  ['hub', hub(6)],
  ['wide', wide(200)],
  ['shortcut', { a: [], b: ['a'], c: ['a', 'b'] }],
  ['ladder', { a: [], b: [], c: ['a', 'b'], d: ['a', 'b'], e: ['c', 'd'], f: ['c', 'd'] }],
];

test.each(shapes)(
  '%s: every task runs once, after all its dependencies, the root last',
  async (name, shape) => {
    const flow = await rig.submit(dagOf(name, shape));
    await rig.witness.endOf(flow.root.id);

    const events = rig.witness.events.filter(({ jobId }) => jobId.startsWith(`${name}.`));
    const jobIds = [...Object.keys(shape).map((node) => flow.nodes.get(node)?.id ?? 'unknown'), flow.root.id];
    expect(events.map(({ jobId }) => jobId).toSorted()).toEqual([...jobIds, ...jobIds].toSorted());
    const at = (kind: string, jobId = ''): number =>
      events.findIndex((event) => event.kind === kind && event.jobId === jobId);
    for (const [node, dependencies] of Object.entries(shape)) {
      for (const dependency of dependencies) {
        expect(at('end', flow.nodes.get(dependency)?.id)).toBeLessThan(at('start', flow.nodes.get(node)?.id));
      }
    }
    expect(events.at(-2)).toEqual({ kind: 'start', jobId: flow.root.id });
    for (const reference of [flow.root, ...flow.nodes.values()]) {
      expect((await rig.job(reference)).returnvalue).toEqual({ complete: true, failed: 0 });
    }
    expect(rig.witness.errors).toEqual([]);
  },
);
