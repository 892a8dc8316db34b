/* What breaks if X comes before Y? Each test makes the order happen; none waits for a clock to do it. */
import { DelayedError, type Job, Worker } from 'bullmq';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dagOf, diamond, hub } from './testing/dags.ts';
import { createRig, type FlowRig } from './testing/flow-rig.ts';
import { compileDag } from './compile.ts';
import type { LinkJobData, SettleJobData } from './control-jobs.ts';
import { checkDependencies, type DependencyCheck } from './guard.ts';
import type { JobReference } from './job-ids.ts';
import { followLink } from './link.ts';
import { settleTask } from './settle.ts';

let rig: FlowRig;
let hand: Worker;
const onStep = (): void => undefined;
const flow = compileDag(dagOf('g.1', diamond), { attempts: 1 });
const jobOf = (node: string): JobReference => {
  const reference = flow.nodes.get(node);
  if (reference === undefined) throw new Error(`The diamond has no node ${node}`);
  return reference;
};
const [top, left, right, bottom] = [jobOf('top'), jobOf('left'), jobOf('right'), jobOf('bottom')] as const;
const settle: JobReference = { queue: 'control', id: 'g.1.0.s' };
const link: JobReference = { queue: 'control', id: 'g.1.0.l.2' };

beforeEach(() => {
  rig = createRig();
  hand = new Worker('control', null, { connection: rig.redis, prefix: rig.prefix, lockDuration: 300 });
});

afterEach(async () => {
  await hand.close();
  await rig.close();
});

const state = async (reference: JobReference): Promise<string> => (await rig.job(reference)).getState();
const reaches = (reference: JobReference, wanted: string): Promise<void> =>
  vi.waitFor(async () => expect(await state(reference)).toBe(wanted), { timeout: 8_000, interval: 10 });

/** Takes the next control job as a worker does, without running it. */
async function take(token: string): Promise<Job> {
  const job = (await hand.getNextJob(token, { block: false })) as Job | undefined;
  if (job === undefined) throw new Error('No control job is waiting');
  return job;
}

/** Runs the tasks and the root, noting what each learns about its dependencies. */
async function runTasks(failing = ''): Promise<ReadonlyMap<string, DependencyCheck>> {
  const checks = new Map<string, DependencyCheck>();
  await rig.work(['tasks', 'roots'], async (job) => {
    checks.set(job.id as string, await checkDependencies(job));
    if (job.data.node === failing) throw new Error(`${failing} fails`);
    return { from: job.data.node };
  });
  return checks;
}

test('a link promoted before its task ended parks again, and is released without waiting for the parking to end', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await rig.control();
  await (await rig.job(link)).promote();
  await vi.waitFor(async () =>
    expect(await rig.job(link)).toMatchObject({
      attemptsStarted: 1,
      delay: expect.closeTo(15_000, -2) as number,
    }),
  );
  await reaches(link, 'delayed');
  expect(await state(right)).toBe('waiting-children');

  await runTasks();
  await rig.witness.endOf(flow.root.id);
  expect(rig.witness.starts).toHaveLength(5);
});

test('a release that comes while the link is running is not lost', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await (await rig.job(link)).promote();
  const woken = await take('link-token');
  const control = hand.getBackend();
  const siblings = control.forQueue.bind(control);
  const looks: unknown[] = [];
  vi.spyOn(control, 'forQueue').mockImplementation((...queue) => {
    const sibling = siblings(...queue);
    const isFinished = sibling.isFinished.bind(sibling);
    sibling.isFinished = async (...job) => {
      const answer = await isFinished(...job);
      looks.push(answer);
      if (looks.length === 1) await endTopAndSettle();
      return answer;
    };
    return sibling;
  });

  const context = { control, token: 'link-token', reparkDelay: 15_000, onStep };
  await expect(followLink(woken, woken.data.dag as LinkJobData, context)).rejects.toThrow(DelayedError);

  expect(looks).toEqual([[0], [1, '{"from":"top"}']]);
  expect(await state(link)).toBe('prioritized');

  async function endTopAndSettle(): Promise<void> {
    await runTasks();
    await rig.witness.endOf(top.id);
    const running = await take('settle-token');
    await running.moveToCompleted(
      await settleTask(running, running.data.dag as SettleJobData, {
        control: hand,
        token: 'settle-token',
        onStep,
      }),
      'settle-token',
      false,
    );
    expect(await state(link)).toBe('active');
  }
});

test('a settle job whose worker died halfway runs again and releases the rest', async () => {
  const dag = dagOf('g.1', hub(4));
  await rig.submit(dag);
  await runTasks();
  await rig.witness.endOf('g.1.0');
  const dying = await take('dying-token');
  expect(dying.name).toBe('settle hub');
  await (await rig.job({ queue: 'control', id: 'g.1.0.l.3' })).promote();

  await rig.control({ stalledInterval: 150 });
  await rig.witness.endOf('g.1.root');
  expect((await rig.job(settle)).stalledCounter).toBe(1);
  expect(rig.witness.starts.toSorted()).toEqual([
    'g.1.0',
    'g.1.1',
    'g.1.2',
    'g.1.3',
    'g.1.4',
    'g.1.5',
    'g.1.root',
  ]);
});

test('settling twice, the second time after the links ended, changes nothing', async () => {
  await rig.submit(dagOf('g.1', diamond));
  const checks = await runTasks();
  await rig.witness.endOf(top.id);
  const running = await take('first');
  const data = running.data.dag as SettleJobData;
  expect(await settleTask(running, data, { control: hand, token: 'first', onStep })).toEqual({ from: 'top' });
  const released = await take('second');
  const context = { control: hand.getBackend(), token: 'second', reparkDelay: 15_000, onStep };
  const value = await followLink(released, released.data.dag as LinkJobData, context);
  await released.moveToCompleted(value, 'second', false);
  expect(value).toEqual({ from: 'top' });

  expect(await settleTask(running, data, { control: hand, token: 'first', onStep })).toEqual({ from: 'top' });
  await running.moveToCompleted(null, 'first', false);

  await rig.witness.endOf(flow.root.id);
  expect(await state(link)).toBe('completed');
  expect([...checks.values()].every(({ complete }) => complete)).toBe(true);
});

test('a dependent sees the value of a shared dependency as if it were its only parent', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await rig.control();
  await runTasks();
  await rig.witness.endOf(flow.root.id);
  for (const dependent of [left, right]) {
    const job = await rig.job(dependent);
    expect(Object.values((await job.getChildrenValues()) ?? {})).toEqual([{ from: 'top' }]);
  }
});

test('a shared task that fails is a failed dependency of each dependent, and they run', async () => {
  await rig.submit(dagOf('g.1', diamond), { attempts: 1 });
  await rig.control();
  const checks = await runTasks('top');
  await rig.witness.endOf(flow.root.id);
  for (const dependent of [left, right]) {
    const job = await rig.job(dependent);
    expect(checks.get(job.id as string)).toEqual({ complete: true, failed: 1 });
    expect(Object.values(await job.getIgnoredChildrenFailures())).toEqual(['top fails']);
  }
  expect(checks.get(bottom.id)).toEqual({ complete: true, failed: 0 });
  expect(checks.get(flow.root.id)).toEqual({ complete: true, failed: 0 });
});

test('a shared task removed before it ran leaves each dependent incomplete', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await (await rig.job(top)).remove();
  await rig.control();
  const checks = await runTasks();
  await rig.witness.endOf(flow.root.id);
  expect(checks.get(left.id)).toEqual({ complete: false, expected: 1, found: 0 });
  expect(checks.get(right.id)).toEqual({ complete: false, expected: 1, found: 0 });
  expect(rig.witness.errors).toEqual([]);
});

test('an only child removed before it ran leaves its dependent incomplete', async () => {
  await rig.submit(dagOf('g.1', { a: [], b: [], c: ['a', 'b'] }));
  await (await rig.job({ queue: 'tasks', id: 'g.1.0' })).remove();
  const checks = await runTasks();
  await rig.witness.endOf('g.1.root');
  expect(checks.get('g.1.2')).toEqual({ complete: false, expected: 2, found: 1 });
  expect(checks.get('g.1.root')).toEqual({ complete: true, failed: 0 });
});

test('a drained queue leaves the root incomplete', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await rig.queue('tasks').drain();
  await rig.control();
  const checks = await runTasks();
  await rig.witness.endOf(flow.root.id);
  const incomplete = [...checks.values()].filter(({ complete }) => !complete);
  expect(incomplete.length).toBeGreaterThan(0);
  expect(rig.witness.starts).not.toContain(top.id);
});

test('a link whose settle job was removed finds out for itself', async () => {
  await rig.submit(dagOf('g.1', diamond), { linkDelay: 50 });
  await (await rig.job(settle)).remove({ removeChildren: false });
  await rig.control({ reparkDelay: 20 });
  const checks = await runTasks();
  await rig.witness.endOf(flow.root.id);
  expect(checks.get(left.id)).toMatchObject({ complete: false });
  expect(checks.get(right.id)).toEqual({ complete: true, failed: 0 });
});

test('a link whose task and settle job are gone lets its dependent go, incomplete', async () => {
  await rig.submit(dagOf('g.1', diamond), { linkDelay: 50 });
  await (await rig.job(left)).remove();
  await expect(rig.job(top)).rejects.toThrow('not in queue');
  await rig.control();
  const checks = await runTasks();
  await rig.witness.endOf(flow.root.id);
  expect(checks.get(right.id)).toEqual({ complete: false, expected: 1, found: 0 });
});

test('a link whose dependent is gone ends quietly', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await (await rig.job(right)).remove({ removeChildren: false });
  await rig.control();
  const checks = await runTasks();
  await rig.witness.endOf(flow.root.id);
  await reaches(link, 'completed');
  expect(checks.get(bottom.id)).toEqual({ complete: false, expected: 2, found: 1 });
  expect(rig.witness.errors).toEqual([]);
});

test('a task that was evicted before its links ran counts as ended', async () => {
  await rig.submit(dagOf('g.1', diamond), { retention: { age: 3_600, count: 1 } });
  await rig.submit(dagOf('g.2', { other: [] }), { retention: { age: 3_600, count: 1 } });
  const checks = await runTasks();
  await rig.witness.endOf('g.2.0');
  await rig.witness.endOf(top.id);
  await rig.queue('tasks').clean(0, 10, 'completed');
  await expect(rig.job(top)).rejects.toThrow('not in queue');
  await rig.control();
  await rig.witness.endOf(flow.root.id);
  expect([...checks.values()].every(({ complete }) => complete)).toBe(true);
});

test('a link that was released needs neither its task nor its settle job any more', async () => {
  await rig.submit(dagOf('g.1', diamond));
  const checks = await runTasks();
  await rig.witness.endOf(top.id);
  const running = await take('settle-token');
  const value = await settleTask(running, running.data.dag as SettleJobData, {
    control: hand,
    token: 'settle-token',
    onStep,
  });
  await running.moveToCompleted(value, 'settle-token', false);
  await rig.queue('tasks').clean(0, 10, 'completed');
  await rig.queue('control').clean(0, 10, 'completed');
  await expect(rig.job(settle)).rejects.toThrow('not in queue');
  await rig.control();
  await rig.witness.endOf(flow.root.id);
  expect(checks.get(right.id)).toEqual({ complete: true, failed: 0 });
});

test('a link that was removed does not keep the settle job from releasing the others', async () => {
  await rig.submit(dagOf('g.1', hub(3)));
  await (await rig.job({ queue: 'control', id: 'g.1.0.l.2' })).remove();
  await rig.control();
  const checks = await runTasks();
  await rig.witness.endOf('g.1.root');
  expect(checks.get('g.1.2')).toEqual({ complete: false, expected: 1, found: 0 });
  expect(checks.get('g.1.1')).toEqual({ complete: true, failed: 0 });
  expect(checks.get('g.1.3')).toEqual({ complete: true, failed: 0 });
  expect(rig.witness.errors).toEqual([]);
});

test('a link that died after detaching itself from its dependent can run again', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await (await rig.job(top)).remove();
  await (await rig.job(link)).promote();
  const context = { control: hand.getBackend(), token: 'unused', reparkDelay: 15_000, onStep };
  const data = (await rig.job(link)).data.dag as LinkJobData;
  for (const parent of [`${rig.prefix}:tasks:${right.id}`, undefined]) {
    const job = await rig.job(link);
    expect(job.parentKey).toBe(parent);
    expect(await followLink(job, data, context)).toBeNull();
  }
  expect(await state(right)).toBe('waiting');
});

test('a failed shared task that an operator retries before it is settled is waited for', async () => {
  await rig.submit(dagOf('g.1', diamond), { attempts: 1 });
  let failures = 0;
  await rig.work(['tasks'], async (job) => {
    if (job.data.node === 'top' && (failures += 1) === 1) throw new Error('top fails once');
  });
  await reaches(top, 'failed');
  await rig.queue('tasks').pause();
  await (await rig.job(top)).retry();
  await rig.control();
  await reaches(settle, 'waiting-children');
  expect(await state(right)).toBe('waiting-children');

  await rig.queue('tasks').resume();
  const checks = new Map<string, DependencyCheck>();
  await rig.work(['roots'], async (job) => void checks.set(job.id as string, await checkDependencies(job)));
  await rig.witness.endOf(flow.root.id);
  expect(await state(settle)).toBe('completed');
  expect(checks.get(flow.root.id)).toEqual({ complete: true, failed: 0 });
});

test('dependents released by links keep their priorities', async () => {
  const order = [5, 1, 4, 2, 3];
  const later = dagOf('g.1', hub(order.length), (node) =>
    node.id.startsWith('spoke')
      ? { ...node, queue: 'later', priority: order[Number(node.id.slice(6))] ?? 99 }
      : node,
  );
  await rig.submit(later);
  await rig.control();
  await runTasks();
  await vi.waitFor(async () => expect(await rig.queue('later').getPrioritizedCount()).toBe(order.length), {
    timeout: 8_000,
  });
  await rig.work(['later'], async () => null, 1);
  await rig.witness.endOf('g.1.root');
  const started = rig.witness.starts
    .filter((id) => /^g\.1\.[1-5]$/.test(id))
    .map((id) => order[Number(id.slice(4)) - 1]);
  expect(started).toEqual([1, 2, 3, 4, 5]);
});

test('a control worker may be late, start twice and close twice', async () => {
  await rig.submit(dagOf('g.1', diamond));
  await runTasks();
  await rig.witness.endOf(top.id);
  const first = await rig.control();
  await Promise.all([first.start(), first.start()]);
  await Promise.all([first.close(), first.close()]);
  await rig.control();
  await rig.witness.endOf(flow.root.id);
  expect(rig.witness.errors).toEqual([]);
});
