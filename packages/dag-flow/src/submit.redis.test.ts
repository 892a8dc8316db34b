import { FlowProducer } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dagOf, diamond } from './testing/dags.ts';
import { createRig, type FlowRig } from './testing/flow-rig.ts';
import { compileDag } from './compile.ts';
import { removeFlow } from './remove.ts';
import { findFlow, submitFlow } from './submit.ts';

let rig: FlowRig;

beforeEach(() => {
  rig = createRig();
});

afterEach(() => rig.close());

const flow = compileDag(dagOf('goal.1', diamond));

test('a flow is absent, then complete, then submitted already', async () => {
  expect(await findFlow(flow, rig.producer)).toEqual({ status: 'absent' });
  expect(await submitFlow(flow, rig.producer)).toEqual({ status: 'complete' });
  expect(await findFlow(flow, rig.producer)).toEqual({ status: 'complete' });
  expect(await submitFlow(flow, rig.producer)).toEqual({ status: 'already_submitted', missing: [] });
});

test('submitting again, at any stage of the run, neither hangs the flow nor runs anything twice', async () => {
  const failing = compileDag(dagOf('goal.1', diamond), { attempts: 1, retention: { age: 3_600, count: 1 } });
  const statuses = new Set<string>();
  await submitFlow(failing, rig.producer);
  await rig.control();
  await rig.work(['tasks', 'roots'], async (job) => {
    statuses.add((await submitFlow(failing, rig.producer)).status);
    if (job.data.node === 'left') throw new Error('left fails');
  });
  await rig.witness.endOf(failing.root.id);
  expect([...statuses]).toEqual(['already_submitted']);
  expect(rig.witness.starts.toSorted()).toEqual(
    [...failing.nodes.values()]
      .map(({ id }) => id)
      .concat(failing.root.id)
      .toSorted(),
  );
});

test('a reply that never came: a fresh connection sees what was added', async () => {
  class DeafProducer extends FlowProducer {
    override async add(...job: Parameters<FlowProducer['add']>): ReturnType<FlowProducer['add']> {
      await super.add(...job);
      throw new Error('Connection is closed.');
    }
  }
  const deaf = new DeafProducer({ connection: rig.redis, prefix: rig.prefix });
  await expect(submitFlow(flow, deaf)).rejects.toThrow('Connection is closed.');
  await deaf.close();
  expect(await findFlow(flow, rig.producer)).toEqual({ status: 'complete' });
});

test('a job that Redis refused is reported, and the rest can be removed', async () => {
  const dag = dagOf('goal.1', diamond, (node) => (node.id === 'left' ? { ...node, queue: 'broken' } : node));
  const refused = compileDag(dag);
  await rig.redis.hset(`${rig.prefix}:broken:id`, 'not', 'a counter');

  const result = await submitFlow(refused, rig.producer);

  expect(result).toEqual({
    status: 'incomplete',
    missing: [
      { queue: 'broken', id: 'goal.1.1' },
      { queue: 'control', id: 'goal.1.0.s' },
      { queue: 'tasks', id: 'goal.1.0' },
    ],
  });
  expect(await removeFlow(refused, rig.producer)).toEqual([]);
  expect(await findFlow(refused, rig.producer)).toEqual({ status: 'absent' });
});

test('removing releases nothing, and says what a worker holds', async () => {
  await submitFlow(flow, rig.producer);
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  await rig.work(['tasks', 'roots'], () => finished);
  await rig.control();
  const top = flow.nodes.get('top');
  await rig.witness.startOf(top?.id as string);

  expect(await removeFlow(flow, rig.producer)).toEqual([top]);

  finish();
  await rig.witness.endOf(top?.id as string);
  expect(await findFlow(flow, rig.producer)).toMatchObject({
    status: 'incomplete',
    missing: flow.jobs.filter((job) => job !== top),
  });
  expect(rig.witness.starts).toEqual([top?.id]);
  expect(await removeFlow(flow, rig.producer)).toEqual([]);
  expect(await findFlow(flow, rig.producer)).toEqual({ status: 'absent' });
});
