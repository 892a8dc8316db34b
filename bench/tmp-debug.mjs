import { rawSide } from './raw/raw-side.mjs';
import { createWorkloads } from './workloads.mjs';
import { runManyFor, runLone, measureMany } from './measure.mjs';
import { traceGoal } from './trace.mjs';
import { Redis } from 'ioredis';
const w = createWorkloads();
const redis = new Redis('redis://127.0.0.1:6397');
const prefix = 'dbg' + process.pid;
const side = await rawSide.start({ redisUrl: 'redis://127.0.0.1:6397', prefix, children: { nodeArguments: [], output: 2 } });
console.error('started', prefix);
const pending = new Set();
let n = 0, stage = '';
const wrapped = { ...side, async runGoal(wl, g, k) { const key = `${wl.name} ${g} goal-${++n}`; pending.add(key); const r = await side.runGoal(wl, g, k); pending.delete(key); return r; } };
const t = setTimeout(async () => { console.error('stuck', stage, [...pending]); process.exit(1); }, 30000);
stage='warm fan'; await runManyFor(wrapped, w.fanOut, 600);
stage='warm dag'; await runManyFor(wrapped, w.dag, 600);
for (const wl of [w.fanOut, w.dag]) {
stage='lone '+wl.name; console.error((await runLone(wrapped, wl, 10)).p50);
stage='many '+wl.name; console.error(await measureMany(redis, wrapped, wl, 1200));
stage='trace '+wl.name; console.error((await traceGoal(redis, wrapped, wl)).length);
}
clearTimeout(t);
await side.stop(); redis.disconnect();
