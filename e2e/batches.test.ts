import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from './api.ts';
import { useBaton } from './baton.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-batches-'));
const MODEL_PRICES_FILE = join(folder, 'prices.json');
beforeAll(() => writeFileSync(MODEL_PRICES_FILE, JSON.stringify({ simulated: true })));
afterAll(() => rmSync(folder, { recursive: true }));

const baton = useBaton({
  environment: { MODEL_PRICES_FILE },
  orchestrator: { BATCH_INTERVAL: '100ms', FAILPOINT: 'batch.submitted:1' },
  worker: { WORKER_CONCURRENCY: '1' },
  emulator: { EMULATOR_BATCH_DELAY: '10' },
});

const tasks = plan(task('tea'), task('coffee'), task('advice', ['tea', 'coffee']));
const relaxed = { latency: 'relaxed' } as const;
let api: Api;

/** What came through a batch has no headers of its own. */
async function callsOf(goal: string): Promise<{ batched: number; direct: number }> {
  const requests = await baton.emulator.requests(goal);
  const direct = requests.filter(({ headers }) => Object.keys(headers).length > 0).length;
  return { batched: requests.length - direct, direct };
}

test('a goal survives the death of the orchestrator between sending a batch and asking for it', async () => {
  const goal = 'Compare tea and coffee across a restart.';
  const { id } = await baton.api.submit({ goal, plan: tasks, options: relaxed });
  expect(await baton.orchestrator.ended).toBe('SIGKILL');
  ({ api } = await baton.startOrchestrator({ FAILPOINT: '' }));
  await api.follow(id);
  const { status, usage } = await api.goal(id);
  expect(status).toBe('succeeded');
  expect(usage).toMatchObject({ calls: 4, possiblyRepeatedCalls: 0 });
  expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 4, paid: 4 });
  expect(await callsOf(goal)).toEqual({ batched: 4, direct: 0 });
});

describe('a goal that can wait', () => {
  test('costs half of the same goal at once, and each task is attempted once', async () => {
    const [slow, fast] = await Promise.all([
      api.run({ goal: 'Compare tea and coffee at rest.', plan: tasks, options: relaxed }),
      api.run({ goal: 'Compare tea and coffee at once.', plan: tasks }),
    ]);
    const { costUsd: full } = fast.goal.usage;
    expect(full).toBeGreaterThan(0);
    expect(slow.goal.usage.outputTokens).toBe(fast.goal.usage.outputTokens);
    expect(slow.goal.usage.costUsd).toBeCloseTo((full ?? 0) / 2, 9);
    expect(slow.goal.usage.savedUsd).toBeCloseTo((full ?? 0) / 2, 9);
    expect(named(slow.events, 'task.started').map(({ data }) => data['attempt'])).toEqual([1, 1, 1]);
    expect(slow.goal.tasks.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  test('is planned, judged and answered through batches too', async () => {
    const goal = 'Compare green tea and black tea for a calm [first draft of answer fails review] morning.';
    const options = { ...relaxed, reviewRounds: 1, judges: 2 };
    const run = await api.run({ goal, options });
    expect(run.goal.status).toBe('succeeded');
    const { batched, direct } = await callsOf('green tea and black tea');
    expect(direct).toBe(0);
    expect(batched).toBe(run.goal.usage.calls);
    const judged = named(run.events, 'goal.judged').map(({ data }) => [data['round'], data['verdict']]);
    expect(judged).toEqual([
      [1, 'fail'],
      [2, 'pass'],
    ]);
    expect(await baton.emulator.ofGoal(goal)).toMatchObject({ paid: batched });
  });

  test('holds no worker, and one of its tasks that cannot wait is done at once', async () => {
    const goal = 'Compare tea and coffee while others work.';
    const busy = { match: { role: 'batch' }, fault: { kind: '429', retryAfter: 3_600 } } as const;
    await baton.emulator.inject({ ...busy, times: 1_000 });
    const urgent = { ...task('milk'), latency: 'normal' };
    const { id } = await api.submit({
      goal,
      plan: plan(task('tea'), task('coffee'), urgent),
      options: relaxed,
    });
    await api.eventOf(id, 'task.succeeded', 'milk');
    await until('both wait', async () => {
      const waiting = await baton.redis.zcard(`{${baton.prefix}}:batch-pending`);
      return (
        waiting === 2 && (await baton.redis.zcard(`{${baton.prefix}}:queue:tasks.researcher:delayed`)) === 2
      );
    });
    // The worker has one slot.
    expect((await api.run({ goal: 'Look after tea.', plan: plan(task('now')) })).goal.status).toBe(
      'succeeded',
    );
    expect(await callsOf(goal)).toEqual({ batched: 0, direct: 1 });
    await api.json('POST', `/v1/goals/${id}/cancel`, 202);
    await baton.emulator.clearFaults();
  });
});
