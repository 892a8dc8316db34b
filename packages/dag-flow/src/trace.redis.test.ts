import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRig, type FlowRig } from './testing/flow-rig.ts';
import { dagOf, diamond } from './testing/dags.ts';

const trace = '{"traceparent":"00-1-2-01"}';
let rig: FlowRig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => rig.close());

test('every job of a flow keeps the place in a trace that it was compiled with, settle and link jobs too', async () => {
  const around: Record<string, string | undefined> = {};
  await rig.work(['tasks', 'roots'], async (job) => ({ metadata: job.opts.telemetry?.metadata }));
  await rig.control({
    around(job, work) {
      around[job.data.dag.kind] = job.opts.telemetry?.metadata;
      return work();
    },
  });
  const flow = await rig.submit(dagOf('g.1', diamond), { trace });
  await rig.witness.endOf(flow.root.id);
  for (const reference of flow.jobs) {
    expect((await rig.job(reference)).opts.telemetry).toEqual({ metadata: trace });
  }
  expect(around).toEqual({ link: trace, settle: trace });
});

test('without one no job has any', async () => {
  const flow = await rig.submit(dagOf('g.1', diamond));
  for (const reference of flow.jobs) expect((await rig.job(reference)).opts.telemetry).toBeUndefined();
});
