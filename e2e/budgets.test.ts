/* Goals that may not spend what their plans would take: what runs, what is left out, and what they answer all the same. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BudgetForecast } from '@baton/shared/contract/forecast';
import type { Goal } from '@baton/shared/contract/goal';
import type { DryRun } from '@baton/shared/contract/planning';
import { useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';

// What the emulator says has a price here, as a model's words would have.
const prices = join(mkdtempSync(join(tmpdir(), 'baton-prices-')), 'prices.json');
writeFileSync(prices, JSON.stringify({ simulated: true }));

const baton = useBaton({ environment: { MODEL_PRICES_FILE: prices }, worker: { WORKER_CONCURRENCY: '8' } });

const names = ['ales', 'bocks', 'cider', 'dubbel', 'export', 'faro', 'gose', 'hefe', 'ipa', 'kolsch'];

/** Tasks side by side: four of high priority, three of medium, three of low. */
function sideBySide(worker: string, complexity = 'medium') {
  return plan(
    ...names.map((name, at) => ({
      ...task(name, [], worker),
      priority: at < 4 ? 'high' : at < 7 ? 'medium' : 'low',
      complexity,
    })),
  );
}

type Usage = Goal['usage'];

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

/** What each call of a goal took whose tasks make one call each: the last is that of the answer. */
function callsOf({ tasks, usage }: Goal, of: (usage: Usage) => number): number[] {
  const ofTasks = tasks.filter(({ usage: { calls } }) => calls > 0).map((each) => of(each.usage));
  return [...ofTasks, of(usage) - ofTasks.reduce((sum, each) => sum + each, 0)];
}

function ran({ tasks }: Goal): string[] {
  return tasks.filter(({ status }) => status === 'succeeded').map(({ id }) => id);
}

test('a goal with 60 % of the tokens that its plan takes answers with what it has, within its budget', async () => {
  const whole = await baton.api.run({ goal: 'Describe beers.', plan: sideBySide('analyzer') });
  expect(whole.goal.status).toBe('succeeded');
  const maxTokens = Math.floor(0.6 * tokensOf(whole.goal.usage));
  const options = { budget: { maxTokens } };

  // Nothing is known of researchers before the first of them: calls are refused when the budget does not reach for them.
  const blind = await baton.api.run({ goal: 'Describe beers.', plan: sideBySide('researcher'), options });
  // What analyzers take is known by now: what does not fit is left out before anything is spent.
  const fitted = await baton.api.run({ goal: 'Describe beers.', plan: sideBySide('analyzer'), options });

  for (const { goal } of [blind, fitted]) {
    expect(goal).toMatchObject({ status: 'partially_succeeded', error: { type: 'budget_exhausted' } });
    const done = ran(goal);
    expect(done.length).toBeGreaterThan(0);
    for (const id of done) expect(goal.output).toContain(`[${id}]`);
    expect(goal.missing.map(({ taskId }) => taskId)).toEqual(names.filter((id) => !done.includes(id)));
    for (const { reason } of goal.missing)
      expect(reason).toContain(`budget of ${maxTokens.toLocaleString('en-US')} tokens`);
    expect(tokensOf(goal.usage)).toBeLessThanOrEqual(maxTokens + Math.max(...callsOf(goal, tokensOf)));
    expect(goal.usage.possiblyRepeatedCalls).toBe(0);
  }
  expect(fitted.goal.missing.map(({ reason }) => reason).join(' ')).toContain(
    'Left out before anything was spent',
  );
  expect(ran(fitted.goal)).toEqual(expect.arrayContaining(names.slice(0, 3)));
  const [{ data } = { data: {} }] = named(fitted.events, 'goal.running');
  expect(data).toMatchObject({ budget: { fits: true, leftOut: expect.arrayContaining(['kolsch']) } });
  expect(ran(fitted.goal).length).toBeGreaterThanOrEqual(ran(blind.goal).length);
});

test('a plan that somebody approves is fitted when it is approved', async () => {
  const { id } = await baton.api.submit({
    goal: 'Describe beers.',
    plan: sideBySide('analyzer'),
    options: { approval: true, budget: { maxTokens: 3_000 } },
  });
  await baton.api.eventOf(id, 'goal.awaiting_approval');
  await baton.api.json('POST', `/v1/goals/${id}/approve`, 202);
  const events = await baton.api.follow(id);
  expect(named(events, 'task.skipped').length).toBeGreaterThanOrEqual(8);
  expect(await baton.api.goal(id)).toMatchObject({
    status: 'partially_succeeded',
    error: { type: 'budget_exhausted' },
  });
});

test('with less money than a plan takes, cheaper models do what matters less', async () => {
  const goal = 'Describe beers by the glass.';
  const dear = sideBySide('writer', 'high');
  const whole = await baton.api.run({ goal, plan: dear });
  const cost = ({ costUsd }: Usage): number => costUsd ?? Number.NaN;
  const maxCostUsd = 0.8 * cost(whole.goal.usage);
  const { goal: ended, events } = await baton.api.run({
    goal,
    plan: dear,
    options: { budget: { maxCostUsd } },
  });
  const [{ data } = { data: {} }] = named(events, 'goal.running');
  const { cheaper, leftOut } = (data as unknown as { budget: BudgetForecast }).budget;
  const isCheaper = new Set(cheaper.map(({ taskId }) => taskId));
  expect([isCheaper.has('ales'), isCheaper.has('kolsch'), leftOut]).toEqual([false, true, []]);
  expect(ran(ended).length).toBeGreaterThan(0);
  for (const { id, status, metadata } of ended.tasks) {
    if (status !== 'succeeded') continue;
    expect(metadata['tiers']).toEqual([isCheaper.has(id) ? expect.not.stringMatching('strong') : 'strong']);
  }
  expect(cost(ended.usage)).toBeLessThanOrEqual(maxCostUsd + Math.max(...callsOf(ended, cost)));
});

test('an answer that no budget pays for is put together without a model', async () => {
  const { goal } = await baton.api.run({
    goal: 'Describe two beers.',
    plan: plan(task('ales'), task('bocks')),
    options: { budget: { maxTokens: 3_000 } },
  });
  expect(goal).toMatchObject({ status: 'partially_succeeded', error: { type: 'budget_exhausted' } });
  expect(goal.output).toMatch(/^\*The budget did not reach for an answer written from these results/);
  for (const id of ran(goal))
    expect(goal.output).toContain(goal.tasks.find((each) => each.id === id)?.output?.trim());
});

test('a dry run says what the plan will take, and what a budget would leave out', async () => {
  const ask = (options: object): Promise<DryRun> => {
    const goal = 'Compare tea and coffee for an office.';
    return baton.api.json<DryRun>('POST', '/v1/plans', 200, { body: { goal, options } });
  };
  const { tasks, forecast } = await ask({});
  expect(forecast?.tasks.map(({ taskId }) => taskId)).toEqual(tasks.map(({ id }) => id));
  const sum = [...(forecast?.tasks ?? []), forecast?.synthesis].reduce(
    (all, part) => all + (part?.tokens ?? 0),
    0,
  );
  expect(forecast?.tokens).toBe(sum);
  expect(forecast?.seconds).toBeGreaterThan(0);
  expect(forecast?.costUsd).toBeGreaterThan(0);
  expect(forecast?.budget).toBeNull();
  const known = forecast?.tasks.filter(({ basis }) => basis === 'history') ?? [];
  expect(known.length).toBeGreaterThan(0);
  const tight = await ask({ budget: { maxTokens: 3_000 } });
  expect(tight.forecast?.budget?.leftOut.length).toBeGreaterThan(0);
  const checked = { plan: { tasks }, options: { budget: { maxTokens: 1 } } };
  await baton.api.json('POST', '/v1/plans/validate', 400, { body: checked });
});
