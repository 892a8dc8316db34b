import { describe, expect, it } from 'vitest';
import type { Task } from '@baton/plan/plan';
import { planningWorkerTypes } from '@baton/plan/worker-types/orchestrator';
import { forecastPlan, type ForecastRequest } from './forecast-plan.ts';
import { forecastingBy, typical } from './testing/known-samples.ts';

const [haiku, sonnet, opus] = ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5'] as const;

function task(id: string, fields: Partial<Task> = {}): Task {
  return {
    id,
    worker: 'researcher',
    description: `Do ${id}.`,
    requirements: [],
    dependencies: [],
    priority: 'medium',
    complexity: 'medium',
    ...fields,
  };
}

function request(tasks: readonly Task[], options: ForecastRequest['options'] = {}): ForecastRequest {
  const brief = { goal: 'Compare.', context: null };
  return { tasks, options, brief, workerTypes: planningWorkerTypes };
}

const history = {
  [`researcher ${sonnet}`]: typical(10_000),
  [`researcher ${opus}`]: typical(20_000, { p90Ms: 9_000 }),
  [`:synthesis ${opus}`]: typical(5_000),
};

describe('a forecast', () => {
  it('rests on what such tasks took lately with the model that would do them', async () => {
    const tasks = [task('a'), task('b', { dependencies: ['a'], complexity: 'high' }), task('c')];
    expect(await forecastPlan(forecastingBy(history), request(tasks))).toEqual({
      tokens: 45_000,
      costUsd: 0.045,
      // a, then b, then the answer.
      seconds: 4 + 9 + 4,
      synthesis: { model: opus, tokens: 5_000, costUsd: 0.005, seconds: 4, samples: 20, basis: 'history' },
      tasks: [
        {
          taskId: 'a',
          model: sonnet,
          tokens: 10_000,
          costUsd: 0.01,
          seconds: 4,
          samples: 20,
          basis: 'history',
        },
        {
          taskId: 'b',
          model: opus,
          tokens: 20_000,
          costUsd: 0.02,
          seconds: 9,
          samples: 20,
          basis: 'history',
        },
        {
          taskId: 'c',
          model: sonnet,
          tokens: 10_000,
          costUsd: 0.01,
          seconds: 4,
          samples: 20,
          basis: 'history',
        },
      ],
      budget: null,
      warnings: [],
    });
  });

  it('is a guess where there are too few samples, and says so', async () => {
    const few = { [`researcher ${sonnet}`]: typical(10_000, { samples: 2 }) };
    const forecast = await forecastPlan(forecastingBy(few), request([task('a')]));
    expect(forecast.tasks[0]).toMatchObject({ tokens: 6_000, basis: 'prior', samples: 0, costUsd: 0.028 });
    expect(forecast.warnings).toEqual([expect.stringMatching(/^2 of 2 parts have fewer than 3 past ones/)]);
  });

  it('counts reviews: by history with the same ones, else on top of history without', async () => {
    const reviewed = { reviewRounds: 1, judges: 2 };
    const onTop = await forecastPlan(forecastingBy(history), request([task('a')], reviewed));
    // Two versions, the second of which is told the first, and four judges' words.
    expect(onTop.tasks[0]).toMatchObject({ tokens: 2 * 10_000 + 1_000 + 4 * 3_300, basis: 'history' });
    const known = { ...history, [`researcher+1x2 ${sonnet}`]: typical(30_000) };
    const whole = await forecastPlan(forecastingBy(known), request([task('a')], reviewed));
    expect(whole.tasks[0]).toMatchObject({ tokens: 30_000 });
  });

  it('has no cost where a price is unknown, and names the model', async () => {
    const deps = { ...forecastingBy({}), costOf: () => null };
    const forecast = await forecastPlan(deps, { ...request([task('a')]), budget: { maxCostUsd: 1 } });
    expect(forecast).toMatchObject({ costUsd: null, tasks: [{ costUsd: null }] });
    expect(forecast.warnings).toContain(
      `No price is known for the model ${sonnet}, so the cost is not known. With maxCostUsd its calls are refused.`,
    );
  });

  it('is half as dear through batches, and never more than a task may spend', async () => {
    const plain = await forecastPlan(forecastingBy({}), request([task('a')]));
    const relaxed = await forecastPlan(forecastingBy({}), request([task('a', { latency: 'relaxed' })]));
    expect(relaxed.tasks[0]?.costUsd).toBeCloseTo((plain.tasks[0]?.costUsd ?? 0) / 2);
    const taskBudget = { maxTokens: 700, maxCostUsd: 0.001 };
    const limited = await forecastPlan(forecastingBy({}), request([task('a')], { taskBudget }));
    expect(limited.tasks[0]).toMatchObject({ tokens: 700, costUsd: 0.001 });
  });

  it('says that what is split later is not known', async () => {
    const tasks = [task('list'), task('each', { dependencies: ['list'], forEach: 'list' })];
    const forecast = await forecastPlan(forecastingBy(history), request(tasks));
    expect(forecast.tasks[1]?.tokens).toBeGreaterThan(4 * 5_000);
    expect(forecast.warnings.join(' ')).toContain('is not known before it is split: each.');
  });
});

describe('what a budget does to a plan', () => {
  const tasks = [task('a', { priority: 'high' }), task('b'), task('c', { priority: 'low' })];

  it('is told: which tasks use cheaper models, and which are left out', async () => {
    const cheap = { ...history, [`researcher ${haiku}`]: typical(10_000, { p90CostUsd: 0.001 }) };
    const dear = await forecastPlan(forecastingBy(cheap), {
      ...request(tasks),
      budget: { maxCostUsd: 0.03 },
    });
    expect(dear.budget).toMatchObject({ fits: true, cheaper: [{ taskId: 'c', model: haiku }], leftOut: [] });
    const short = await forecastPlan(forecastingBy(cheap), {
      ...request(tasks),
      budget: { maxTokens: 24_000 },
    });
    expect(short.budget).toEqual({
      tokens: 15_000,
      costUsd: 0.015,
      fits: true,
      cheaper: [],
      leftOut: ['b', 'c'],
    });
    expect(short.tasks).toHaveLength(3);
  });

  it('reckons a cheaper tier without a history by the tokens of the dearer one', async () => {
    const forecast = await forecastPlan(forecastingBy(history), {
      ...request(tasks),
      budget: { maxTokens: 24_000 },
    });
    expect(forecast.budget).toMatchObject({ cheaper: [], leftOut: ['b', 'c'] });
  });

  it('leaves nothing out on a guess, and warns where a guess is more than the budget', async () => {
    const forecast = await forecastPlan(forecastingBy({}), {
      ...request(tasks),
      budget: { maxTokens: 10_000 },
    });
    expect(forecast.budget).toMatchObject({ fits: true, leftOut: [] });
    expect(forecast.warnings.join(' ')).toContain('more than the budget');
    const hopeless = await forecastPlan(forecastingBy(history), {
      ...request(tasks),
      budget: { maxTokens: 1_000 },
    });
    expect(hopeless.budget).toMatchObject({ fits: false, leftOut: ['b', 'c'] });
    expect(hopeless.warnings.join(' ')).toContain('does not reach for a single task');
  });
});
