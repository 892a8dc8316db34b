import { Redis } from 'ioredis';
import { FlowProducer, Queue, Worker } from 'bullmq';
import { compileDag } from './dist/compile.js';
import { submitFlow, findFlow } from './dist/submit.js';
import { createControlWorker } from './dist/control-worker.js';
import { checkDependencies } from './dist/guard.js';
const redis = new Redis('redis://127.0.0.1:6390', { maxRetriesPerRequest: null });
let rnd = 12345;
const rand = () => (rnd = (rnd * 1103515245 + 12345) % 2147483648) / 2147483648;
function randomDag(id, n, e) {
  const deps = Array.from({ length: n }, () => new Set());
  let k = 0;
  while (k < e) {
    let a = Math.floor(rand() * n),
      b = Math.floor(rand() * n);
    if (a === b) continue;
    if (a > b) [a, b] = [b, a];
    if (deps[b].has(`t${a}`)) continue;
    deps[b].add(`t${a}`);
    k++;
  }
  return {
    id,
    controlQueue: 'control',
    root: { queue: 'roots', name: 'root', data: { goal: 'goal_x' }, priority: 10 },
    nodes: deps.map((d, i) => ({
      id: `t${i}`,
      queue: 'tasks',
      name: 'task',
      data: { goalId: 'goal_abcdefgh', taskId: `t${i}`, rev: 1 },
      priority: 10,
      dependencies: [...d],
    })),
  };
}
const med = (f, r = 30) => {
  const t = [];
  for (let i = 0; i < r; i++) {
    const s = performance.now();
    f();
    t.push(performance.now() - s);
  }
  t.sort((a, b) => a - b);
  return t[r >> 1].toFixed(2);
};
for (const [n, e] of [
  [100, 200],
  [200, 306],
  [1000, 3000],
  [1000, 100000],
]) {
  const d = randomDag('g.1', n, e);
  const f = compileDag(d);
  console.log(
    n,
    e,
    'jobs',
    f.jobs.length,
    'per task',
    ((f.jobs.length - 1) / n).toFixed(2),
    'compile ms',
    med(() => compileDag(d)),
  );
}
const ladder = (id, levels) => ({
  ...randomDag(id, 0, 0),
  nodes: Array.from({ length: levels * 2 }, (_, i) => ({
    id: `t${i}`,
    queue: 'tasks',
    name: 'task',
    data: {},
    priority: 10,
    dependencies: i < 2 ? [] : [`t${2 * ((i >> 1) - 1)}`, `t${2 * ((i >> 1) - 1) + 1}`],
  })),
});
const prefix = '{dfm}:q';
const producer = new FlowProducer({ connection: redis, prefix });
const mem = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))[1]);
const flush = async () => {
  for await (const k of redis.scanStream({ match: '?dfm?:*', count: 1000 }))
    if (k.length) await redis.unlink(...k);
};
await flush();
for (const [n, e] of [
  [100, 200],
  [200, 306],
  [1000, 3000],
]) {
  for (let warm = 0; warm < 2; warm++) {
    const before = await mem();
    const f = compileDag(randomDag(`g.${n}${warm}`, n, e));
    const s = performance.now();
    await producer.add(f.tree);
    const add = performance.now() - s;
    const s2 = performance.now();
    await findFlow(f, producer);
    const find = performance.now() - s2;
    if (warm)
      console.log(
        'add',
        n,
        e,
        'jobs',
        f.jobs.length,
        'add ms',
        add.toFixed(1),
        'find ms',
        find.toFixed(1),
        'KB/task',
        (((await mem()) - before) / 1024 / n).toFixed(2),
      );
  }
  const before = await mem();
  const flat = {
    name: 'r',
    queueName: 'roots',
    opts: { jobId: 'flat.' + n, priority: 10 },
    data: {},
    children: Array.from({ length: n }, (_, i) => ({
      name: 'task',
      queueName: 'tasks',
      opts: { jobId: `flat.${n}.${i}`, priority: 10, attempts: 100, ignoreDependencyOnFailure: true },
      data: { goalId: 'goal_abcdefgh', taskId: `t${i}`, rev: 1 },
    })),
  };
  const s = performance.now();
  await producer.add(flat);
  console.log(
    '   raw flat flow',
    n,
    'add ms',
    (performance.now() - s).toFixed(1),
    'KB/task',
    (((await mem()) - before) / 1024 / n).toFixed(2),
  );
  await flush();
}
{
  const f = compileDag(ladder('g.lad', 500));
  const s = performance.now();
  console.log(
    await submitFlow(f, producer),
    'ladder 1000 jobs',
    f.jobs.length,
    'submit ms',
    (performance.now() - s).toFixed(1),
  );
  const q = new Queue('roots', { connection: redis, prefix });
  const j = await q.getJob('g.lad.root');
  const s2 = performance.now();
  try {
    await j.remove();
    console.log('root.remove ms', (performance.now() - s2).toFixed(1), await findFlow(f, producer));
  } catch (e) {
    console.log('remove failed', e.message);
  }
  await q.close();
}
// run
const errors = [];
const done = new Map();
const cw = createControlWorker({
  queue: 'control',
  connection: redis,
  prefix,
  onError: (e) => errors.push(e),
});
await cw.start();
const w = new Worker(
  'tasks',
  async (j) => {
    await checkDependencies(j);
    return { t: 1 };
  },
  { connection: redis, prefix, concurrency: 50 },
);
const r = new Worker(
  'roots',
  async (j) => {
    done.get(j.id)?.();
  },
  { connection: redis, prefix },
);
await w.waitUntilReady();
await r.waitUntilReady();
const run = async (tree, id) => {
  const p = new Promise((res) => done.set(id, res));
  const s = performance.now();
  await producer.add(tree);
  await p;
  return performance.now() - s;
};
for (let i = 0; i < 3; i++) {
  const f = compileDag(randomDag(`r.a${i}`, 100, 200));
  console.log('run 100/200', (await run(f.tree, f.root.id)).toFixed(0), 'ms', f.jobs.length, 'jobs');
}
for (let i = 0; i < 3; i++) {
  const d = randomDag(`r.b${i}`, 100, 0);
  for (let k = 1; k < 100; k++) d.nodes[k].dependencies = [];
  const f = compileDag(d);
  console.log('run 100 independent', (await run(f.tree, f.root.id)).toFixed(0), 'ms');
}
for (let i = 0; i < 3; i++) {
  const f = compileDag(ladder(`r.c${i}`, 25));
  const deep = await run(f.tree, f.root.id);
  const d = randomDag(`r.d${i}`, 25, 0);
  d.nodes.forEach((x, k) => {
    if (k) x.dependencies = [`t${k - 1}`];
  });
  const g = compileDag(d);
  const ch = await run(g.tree, g.root.id);
  console.log(
    '25 levels: ladder',
    deep.toFixed(0),
    'ms; chain',
    ch.toFixed(0),
    'ms; per level extra',
    ((deep - ch) / 25).toFixed(2),
  );
}
console.log('errors', errors.length);
await w.close();
await r.close();
await cw.close();
await producer.close();
await flush();
redis.disconnect();
