import { createHash } from 'node:crypto';
import { createClient } from '@baton/client';
import type { GoalCallPage } from '@baton/shared/contract/goal-calls';
import type { Goal } from '@baton/shared/contract/goal';
import type { UsageReport } from '@baton/shared/contract/usage-report';
import { describe, expect, test } from 'vitest';
import type { Api } from './api.ts';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

function entry(tenant: string): string {
  return `${tenant}:${createHash('sha256').update(`${tenant}-key`).digest('hex')}`;
}

const tenants = ['acme', 'umbrella', 'stranger', 'small', 'tiny', 'analyst'];
const TENANT_BUDGETS = 'small:9000:,tiny:1:';

const baton = useBaton({
  environment: { TENANT_BUDGETS },
  orchestrator: { BATON_API_KEYS: tenants.map(entry).join(',') },
});
const as = (tenant: string): Api => baton.api.withKey(`${tenant}-key`);
const usageOf = (tenant: string, query = ''): Promise<UsageReport> =>
  as(tenant).json<UsageReport>('GET', `/v1/usage${query}`, 200);

describe.concurrent('usage', () => {
  test('is by day, model and worker type what the goals themselves tell, call by call', async () => {
    const goals: Goal[] = [];
    for (const options of [{}, { reviewRounds: 1 }]) {
      const { goal } = await as('acme').run({
        goal: 'Compare tea and coffee.',
        plan: plan(task('tea'), task('coffee'), task('advice', ['tea', 'coffee'])),
        options,
      });
      expect(goal.status).toBe('succeeded');
      goals.push(goal);
    }
    const { items, total, warnings } = await usageOf('acme');
    for (const name of ['calls', 'inputTokens', 'outputTokens'] as const) {
      const ofGoals = goals.reduce((sum, { usage }) => sum + usage[name], 0);
      expect(total[name]).toBe(ofGoals);
      expect(items.reduce((sum, row) => sum + row[name], 0)).toBe(ofGoals);
    }
    expect(total).toMatchObject({ costUsd: 0, unpricedCalls: 0, simulatedCalls: total.calls });
    expect(warnings).toEqual([expect.stringContaining('answered by no model')]);
    expect(new Set(items.map(({ workerType }) => workerType))).toContain(':synthesis');
    expect((await usageOf('stranger')).items).toEqual([]);
    const client = createClient({ baseUrl: baton.api.url, apiKey: 'acme-key' });
    const [heading, ...rows] = (await client.usage.csv({ by: ['model', 'workerType'] }))
      .trimEnd()
      .split('\r\n');
    expect(heading?.startsWith('model,workerType,calls,')).toBe(true);
    expect(rows.reduce((sum, row) => sum + Number(row.split(',')[2]), 0)).toBe(total.calls);

    const calls = await Promise.all(
      goals.map(({ id }) => as('acme').json<GoalCallPage>('GET', `/v1/goals/${id}/calls?limit=100`, 200)),
    );
    for (const [index, { items: listed }] of calls.entries()) {
      const { usage } = goals[index] ?? {};
      expect(listed.reduce((sum, call) => sum + call.usage.calls, 0)).toBe(usage?.calls);
      expect(listed.reduce((sum, call) => sum + call.usage.outputTokens, 0)).toBe(usage?.outputTokens);
    }
    expect(calls[1]?.items.map(({ step }) => step)).toContain('review-1.1');
    await as('stranger').problem('GET', `/v1/goals/${goals[0]?.id}/calls`, 404);
  });

  test('how goals went is told of their own tenant, and how busy slots were of the fleet', async () => {
    const { goal } = await as('analyst').run({
      goal: 'Compare tea and coffee.',
      plan: plan(task('tea'), task('coffee'), task('advice', ['tea', 'coffee'])),
      options: { reviewRounds: 1 },
      labels: { kind: 'analysed' },
    });
    await as('analyst').fetch('POST', `/v1/goals/${goal.id}/feedback`, { body: { score: 0.5 } });
    const { analytics } = createClient({ baseUrl: baton.api.url, apiKey: 'analyst-key' });
    const report = await analytics.get({ labels: { kind: 'analysed' } });
    expect(report).toMatchObject({
      goals: { considered: 1, hasMore: false, statuses: { succeeded: 1 } },
      tasks: [{ workerType: 'researcher', tasks: 3, outcomes: { succeeded: 3 } }],
      bottleneck: { goals: 1, simulation: { goals: 1, tasks: 3 } },
      feedback: { total: { count: 1, mean: 0.5 } },
    });
    const ran = report.bottleneck.items.reduce(
      (sum, { waitShare, runShare }) => sum + waitShare + runShare,
      0,
    );
    expect(ran).toBeCloseTo(1, 2);
    expect(report.reviews.total.map(({ workerType }) => workerType)).toContain('researcher');
    const seconds = Date.parse(goal.finishedAt ?? '') - Date.parse(goal.createdAt);
    expect(report.goals.seconds?.max).toBe(seconds / 1_000);
    // Workers tell it with their next sign of life.
    await until('slots were busy', async () => {
      const { utilisation } = await analytics.get();
      const researcher = utilisation.total.find(({ workerType }) => workerType === 'researcher');
      return (
        researcher !== undefined &&
        researcher.busySeconds > 0 &&
        researcher.slotSeconds >= researcher.busySeconds
      );
    });
    const stranger = createClient({ baseUrl: baton.api.url, apiKey: 'stranger-key' });
    const theirs = await stranger.analytics.get();
    expect(theirs).toMatchObject({ goals: { considered: 0, open: 0 }, tasks: [], errors: { items: [] } });
    expect(theirs.utilisation.scope).toBe('fleet');
  });

  test('a task that its budget has no room for is skipped, and the rest is done', async () => {
    const { goal } = await as('umbrella').run({
      goal: 'Compare tea and coffee.',
      plan: plan(
        { ...task('tea'), description: `Say what tea is. ${'All of it. '.repeat(700)}` },
        task('coffee'),
      ),
      options: { taskBudget: { maxTokens: 4_500 } },
    });
    expect(goal.status).toBe('partially_succeeded');
    expect(goal.tasks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'tea skipped',
      'coffee succeeded',
    ]);
    expect(goal.tasks[0]?.errors).toEqual([expect.stringContaining("The task's budget of 4,500 tokens")]);
    expect(goal.missing).toMatchObject([{ taskId: 'tea', reason: expect.stringContaining('budget') }]);
  });

  test('a tenant whose day is spent begins no goal and makes no call more', async () => {
    const { goal } = await as('small').run({
      goal: 'Say twelve things.',
      plan: plan(...Array.from({ length: 12 }, (_, index) => task(`thing-${index}`))),
    });
    const { today } = await usageOf('small', '?by=day');
    expect(today).toMatchObject({ maxTokens: 9_000, maxCostUsd: null });
    expect(today?.tokens).toBeLessThanOrEqual(9_000 + 6_000);
    expect(goal.tasks.filter(({ status }) => status === 'skipped').length).toBeGreaterThan(0);
    expect(JSON.stringify(goal.tasks)).toContain(
      "The tenant's budget of the day of 9,000 tokens is exhausted",
    );

    const { goal: failed } = await as('tiny').run({ goal: 'Compare tea and coffee in three steps.' });
    expect(failed).toMatchObject({
      status: 'failed',
      usage: { calls: 0 },
      error: {
        type: 'budget_exhausted',
        message: expect.stringContaining("The tenant's budget of the day of 1 tokens"),
      },
    });
    const day = `{${baton.prefix}}:usage:tiny:${new Date().toISOString().slice(0, 10)}`;
    await baton.redis.hset(day, 'tokens', 1);
    const refused = await fetch(`${baton.api.url}/v1/goals`, {
      method: 'POST',
      headers: { authorization: 'Bearer tiny-key', 'content-type': 'application/json' },
      body: JSON.stringify({ goal: 'One more.' }),
    });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ type: 'urn:baton:problem:budget_exhausted' });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(86_400);
  });
});
