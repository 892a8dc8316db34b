import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from 'bullmq';
import { compileDag } from './compile.ts';
import { isMoving, removeUnfinished } from './inspect.ts';
import type { JobReference } from './job-ids.ts';
import { findFlow } from './submit.ts';
import { dagOf, diamond, wide } from './testing/dags.ts';
import { createRig, type FlowRig } from './testing/flow-rig.ts';

let rig: FlowRig;
const flow = compileDag(dagOf('g.1', diamond), { attempts: 1 });
const link: JobReference = { queue: 'control', id: 'g.1.0.l.2' };
const jobOf = (node: string): JobReference => flow.nodes.get(node) as JobReference;

beforeEach(() => {
  rig = createRig();
});
afterEach(() => rig.close());

const moving = (): Promise<boolean> => isMoving(flow, rig.producer);
const removed = (): Promise<readonly JobReference[]> => removeUnfinished(flow, rig.producer);

/** Holds the named node's job until it is let go; the others end at once, or fail. */
async function work({ holding = '', failing = '' } = {}): Promise<{ letGo: () => void }> {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await rig.work(['tasks'], async (job) => {
    if (job.data.node === holding) await held;
    if (job.data.node === failing) throw new Error(`${failing} fails`);
  });
  return { letGo };
}

describe('a flow moves', () => {
  const submit = () => rig.submit(dagOf('g.1', diamond), { attempts: 1 });

  test('while one of its jobs waits for a worker, though there be none', async () => {
    await submit();
    expect(await moving()).toBe(true);
  });

  test('while a worker holds one, however long', async () => {
    await submit();
    const { letGo } = await work({ holding: 'top' });
    await rig.witness.startOf(jobOf('top').id);
    expect(await moving()).toBe(true);
    letGo();
  });

  test('while one waits for its next attempt', async () => {
    await submit();
    const later = { moved: (): void => undefined };
    const moved = new Promise<void>((resolve) => (later.moved = resolve));
    await rig.work(['tasks'], async (job: Job, token) => {
      await job.moveToDelayed(Date.now() + 3_600_000, token);
      later.moved();
    });
    await moved;
    expect(await moving()).toBe(true);
  });

  test('while its queue is paused', async () => {
    await submit();
    await rig.queue('tasks').pause();
    expect(await moving()).toBe(true);
  });

  test('while a shared task has ended and its settle job is to run', async () => {
    await submit();
    await work();
    await rig.witness.endOf(jobOf('top').id);
    expect(await moving()).toBe(true);
  });

  test('while its root is to run', async () => {
    await submit();
    await rig.control();
    await work();
    await rig.witness.endOf(jobOf('bottom').id);
    expect(await moving()).toBe(true);
  });

  test('however many jobs it has, and be it only the last of them', async () => {
    const many = compileDag(dagOf('g.2', wide(250)), { attempts: 1 });
    await rig.submit(dagOf('g.2', wide(250)), { attempts: 1 });
    const last = many.jobs.at(-1) as JobReference;
    const others = many.jobs.filter(({ queue, id }) => queue === 'tasks' && id !== last.id);
    await Promise.all(others.map(async (each) => (await rig.job(each)).remove()));
    expect(await isMoving(many, rig.producer)).toBe(true);
    await (await rig.job(last)).remove();
    await (await rig.job(many.root)).remove();
    expect(await isMoving(many, rig.producer)).toBe(false);
  });
});

describe('a flow does not move', () => {
  test('when all that is left waits for a job that is gone', async () => {
    await rig.submit(dagOf('g.1', diamond));
    const { id } = jobOf('top');
    await rig.redis
      .multi()
      .del(`${rig.prefix}:tasks:${id}`)
      .zrem(`${rig.prefix}:tasks:prioritized`, id)
      .exec();
    expect(await rig.queue('control').getJobState(link.id)).toBe('delayed');
    expect(await moving()).toBe(false);
  });

  test('when its root failed for good', async () => {
    await rig.submit(dagOf('g.1', diamond), { attempts: 1 });
    await rig.control();
    await work();
    await rig.work(['roots'], () => Promise.reject(new Error('the root fails')));
    await rig.witness.endOf(flow.root.id);
    expect(await moving()).toBe(false);
  });

  test('when it has ended, or was never there', async () => {
    expect(await moving()).toBe(false);
    await rig.submit(dagOf('g.1', diamond));
    await rig.control();
    await work();
    await rig.work(['roots']);
    await rig.witness.endOf(flow.root.id);
    expect(await moving()).toBe(false);
  });
});

describe('removing what has not ended', () => {
  test('leaves nothing of a flow that has not begun, and releases nothing', async () => {
    await rig.submit(dagOf('g.1', diamond));
    expect(await removed()).toEqual([]);
    expect(await findFlow(flow, rig.producer)).toEqual({ status: 'absent' });
    expect(await removed()).toEqual([]);
  });

  test('keeps what has ended, well or not, for those who look', async () => {
    await rig.submit(dagOf('g.1', diamond), { attempts: 1 });
    await work({ failing: 'top' });
    await rig.witness.endOf(jobOf('top').id);
    expect(await removed()).toEqual([]);
    expect(await (await rig.job(jobOf('top'))).getState()).toBe('failed');
    expect(await findFlow(flow, rig.producer)).toMatchObject({
      status: 'incomplete',
      missing: flow.jobs.filter(({ id }) => id !== jobOf('top').id),
    });
  });

  test('names what a worker holds, which ends without releasing anything', async () => {
    await rig.submit(dagOf('g.1', diamond), { attempts: 1 });
    const { letGo } = await work({ holding: 'top' });
    await rig.control();
    await rig.witness.startOf(jobOf('top').id);
    expect(await removed()).toEqual([jobOf('top')]);
    letGo();
    await rig.witness.endOf(jobOf('top').id);
    expect(await removed()).toEqual([]);
    expect(rig.witness.starts).toEqual([jobOf('top').id]);
    expect(await moving()).toBe(false);
  });

  test('takes a job that waits for its next attempt, and a parked link', async () => {
    const retried = { attempts: 5, backoff: { type: 'fixed', delay: 3_600_000 } };
    await rig.submit(dagOf('g.1', diamond, (node) => ({ ...node, options: retried })));
    await work({ failing: 'top' });
    await rig.witness.endOf(jobOf('top').id);
    expect(await rig.queue('tasks').getJobState(jobOf('top').id)).toBe('delayed');
    expect(await removed()).toEqual([]);
    expect(await findFlow(flow, rig.producer)).toEqual({ status: 'absent' });
  });
});
