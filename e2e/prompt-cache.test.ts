import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noUsage } from '@baton/shared/contract/task-outcome';
import { afterAll, expect, it } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const SIBLINGS = 6;
/** About 15,000 tokens as the emulator counts them. */
const CONTEXT = 'Each line of it counts. '.repeat(2_500);
const research = plan(...Array.from({ length: SIBLINGS }, (_, index) => task(`part${index}`)));

const directory = await mkdtemp(join(tmpdir(), 'baton-prices-'));
const prices = join(directory, 'prices.json');
await writeFile(prices, JSON.stringify({ simulated: true }));
afterAll(() => rm(directory, { recursive: true }));

const baton = useBaton({ workers: 2, environment: { MODEL_PRICES_FILE: prices } });

interface Block {
  readonly type: string;
  readonly text: string;
  readonly cache_control?: { readonly type: string };
}

/** The blocks of each request's first turn, by what asked; one whose text is not in blocks has none. */
async function openings(goal: string): Promise<{ role: string; blocks: Block[] }[]> {
  return (await baton.emulator.requests(goal)).map(({ role, body }) => {
    const content: unknown = body.messages[0]?.content;
    return { role: String(role), blocks: Array.isArray(content) ? (content as Block[]) : [] };
  });
}

it('tasks of one worker type write a long context to the cache once, and say what reading it then saved', async () => {
  const goal = 'Read what is known of caching, part by part';
  // The first answer takes a while to begin, as a long prompt makes it.
  await baton.emulator.inject({
    match: { role: 'researcher', contains: goal },
    fault: { kind: 'delay', ms: 300 },
    times: 20,
  });
  const { goal: ended } = await baton.api.run({ goal, context: CONTEXT, plan: research });
  await baton.emulator.clearFaults();
  expect(ended.status).toBe('succeeded');

  const worked = (await openings(goal)).filter(({ role }) => role === 'task');
  expect(worked).toHaveLength(SIBLINGS);
  const shared = worked.map(({ blocks }) => blocks[0]);
  expect(new Set(shared.map((block) => block?.text)).size).toBe(1);
  expect(shared[0]).toMatchObject({ type: 'text', cache_control: { type: 'ephemeral' } });
  expect(shared[0]?.text).toContain(CONTEXT);
  expect(new Set(worked.map(({ blocks }) => blocks[1]?.text)).size).toBe(SIBLINGS);

  const usages = ended.tasks.map(({ usage }) => usage);
  const written = usages.map((usage) => usage.cacheWriteTokens).filter((tokens) => tokens > 0);
  expect(written).toHaveLength(1);
  const [prefix = 0] = written;
  expect(prefix).toBeGreaterThan(14_000);
  const read = usages.map((usage) => usage.cacheReadTokens).filter((tokens) => tokens > 0);
  expect(read).toEqual(Array.from({ length: SIBLINGS - 1 }, () => prefix));

  const saved = ended.tasks.map(({ usage }) => usage.savedUsd ?? 0);
  // One has paid more for writing what the others read.
  expect(saved.filter((dollars) => dollars < 0)).toHaveLength(1);
  expect(saved.filter((dollars) => dollars > 0)).toHaveLength(SIBLINGS - 1);
  const sum = saved.reduce((total, dollars) => total + dollars, 0);
  expect(ended.usage.savedUsd).toBeCloseTo(sum, 9);
  const costs = ended.tasks.map(({ usage }) => usage.costUsd ?? 0);
  const cost = costs.reduce((total, dollars) => total + dollars, 0);
  expect(sum).toBeGreaterThan(cost);
});

it('judges of one result share all that they are told but their number', async () => {
  const goal = 'Judge what is known of caching';
  await baton.emulator.inject({
    match: { role: 'judge', contains: goal },
    fault: { kind: 'delay', ms: 200 },
    times: 20,
  });
  const options = { reviewRounds: 1, judges: 3 };
  const { goal: ended } = await baton.api.run({ goal, context: CONTEXT, plan: plan(task('one')), options });
  await baton.emulator.clearFaults();
  expect(ended.status).toBe('succeeded');
  const judges = (await openings(goal)).filter(({ role }) => role === 'judge');
  const ofTask = judges.filter(({ blocks }) => blocks[0]?.text.includes('<task id="one"'));
  expect(ofTask.map(({ blocks }) => blocks[1]?.text).toSorted()).toEqual(
    [1, 2, 3].map((number) => `<judge number="${number}" of="3" />`),
  );
  const { cacheWriteTokens, cacheReadTokens } = ended.tasks[0]?.usage ?? noUsage;
  // Its worker may be sent back, so that it has written what it shares with its revision.
  expect(cacheReadTokens).toBeGreaterThan(28_000);
  expect(cacheWriteTokens).toBeLessThan(cacheReadTokens * 1.2);
});

it('what is too short to be cached, or asked once, is not set off', async () => {
  const short = 'Read the short one, part by part';
  const once = 'Read the long one, once';
  await Promise.all([
    baton.api.run({ goal: short, plan: research }),
    baton.api.run({ goal: once, context: CONTEXT, plan: plan(task('one')) }),
  ]);
  for (const goal of [short, once]) {
    const all = await openings(goal);
    expect(all.length).toBeGreaterThan(1);
    expect(all.filter(({ blocks }) => blocks.length > 0)).toEqual([]);
  }
});

it('goals of the same words that share their calls pay once', async () => {
  const goal = 'Find out what two callers want to know at once';
  await baton.emulator.inject({
    match: { role: 'researcher', contains: goal },
    fault: { kind: 'delay', ms: 300 },
    times: 20,
  });
  const request = { goal, plan: plan(task('one'), task('two')), options: { singleFlight: true } };
  const runs = await Promise.all([baton.api.run(request), baton.api.run(request)]);
  await baton.emulator.clearFaults();
  const tasks = runs.flatMap(({ goal: ended }) => ended.tasks);
  expect(tasks.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'succeeded'));
  expect(await baton.emulator.ofTask(goal, 'one')).toMatchObject({ paid: 1 });
  expect(await baton.emulator.ofTask(goal, 'two')).toMatchObject({ paid: 1 });
  const calls = tasks.map(({ usage }) => usage.calls);
  expect(calls.filter((count) => count === 1)).toHaveLength(2);
  expect(calls.filter((count) => count === 0)).toHaveLength(2);
  const [one, two] = runs.map(({ goal: ended }) => ended.tasks.map(({ output }) => output));
  expect(one).toEqual(two);
});
