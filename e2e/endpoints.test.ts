/* Tiers at endpoints of their own, what is asked of them at the start, and calls that are made a second time. */
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { addressOf, programFor, useBaton } from './baton.ts';
import { EmulatorControl } from './emulator.ts';
import { plan, task } from './plans.ts';
import { startProgram } from './program.ts';

const environment: Record<string, string> = {
  MODEL_FAST: 'qwen3:8b',
  MODEL_FAST_HEADERS: 'x-api-key: of-the-tier; x-team: search',
};
let local: EmulatorControl;

beforeAll(async () => {
  const second = startProgram('emulator', { EMULATOR_PORT: '0', EMULATOR_PACE: '0' });
  const url = await addressOf(second);
  local = new EmulatorControl(url);
  Object.assign(environment, { MODEL_FAST_BASE_URL: url });
  return () => second.kill();
});

const baton = useBaton({ environment, worker: { WORKER_CONCURRENCY: '4' } });

/** A worker type whose calls have been quick so far. */
async function usuallyQuick(worker: string): Promise<void> {
  const key = keyspaceOf(baton.prefix).samples('calls', worker, 'claude-sonnet-5-5');
  await baton.redis.rpush(key, ...Array.from({ length: 50 }, (_, call) => `[${50 + call},100,100,null]`));
}

const slow = { kind: 'delay', ms: 40_000 } as const;
const dripping = { kind: 'drip', ms: 2_000 } as const;

test('each tier is asked at its own endpoint, with its own headers', async () => {
  const goal = 'Compare two ways to serve a model on one machine.';
  const easy = { ...task('easy', [], 'coder'), complexity: 'low' };
  const { goal: ended } = await baton.api.run({ goal, plan: plan(easy, task('hard', [], 'coder')) });
  expect(ended.status).toBe('succeeded');
  const there = await local.requests(goal);
  expect(there.map(({ task: id, model, headers }) => [id, model, headers['x-team']])).toEqual([
    ['easy', 'qwen3:8b', 'search'],
  ]);
  const here = await baton.emulator.requests(goal);
  expect(here.map(({ task: id, role }) => id ?? role)).toEqual(['hard', 'synthesiser']);
  expect(here.every(({ headers }) => headers['x-team'] === undefined)).toBe(true);
});

test('a process is told which of its models no endpoint knows, and does not start when that is to stop it', async (context) => {
  const said =
    /MODEL_STRONG names \\?"claude-opus-55\\?", which .* does not know\. Did you mean \\?"claude-opus-5-5\\?"/;
  const misspelt = {
    REDIS_URL: 'redis://127.0.0.1:9',
    ANTHROPIC_BASE_URL: baton.emulator.url,
    MODEL_STRONG: 'claude-opus-55',
    HEALTH_PORT: '0',
  };
  const warned = programFor(context, 'worker', { ...misspelt, MODEL_CHECK: 'warn' });
  const failed = programFor(context, 'worker', { ...misspelt, MODEL_CHECK: 'fail' });
  await warned.printed(said);
  expect(await failed.exit()).toBe(78);
  expect(failed.output()).toMatch(said);
});

test.for([
  ['writer', slow, { possiblyRepeatedCalls: 1, calls: 2 }],
  ['researcher', dripping, { possiblyRepeatedCalls: 0, calls: 3 }],
] as const)(
  'a call of a %s that does not come is made again, and counted: %o',
  async ([worker, fault, usage]) => {
    onTestFinished(() => baton.emulator.clearFaults());
    await usuallyQuick(worker);
    const goal = `Say how a straggler is overtaken, for the ${worker}.`;
    await baton.emulator.inject({ match: { contains: goal, task: 'late' }, fault });
    const run = { goal, plan: plan(task('late', [], worker)), options: { hedge: true } };
    const { goal: ended } = await baton.api.run(run);
    expect(ended).toMatchObject({ status: 'succeeded', usage });
    expect(await baton.emulator.ofTask(goal, 'late')).toMatchObject({ calls: 2, aborted: 1 });
  },
);
