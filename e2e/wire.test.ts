import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, type TestContext } from 'vitest';
import type { GoalRun } from './api.ts';
import { batonFor, useSharedBaton, type Baton } from './baton.ts';
import type { FaultRule, WireRequest } from './emulator.ts';
import { named } from './events.ts';
import { plan, task } from './plans.ts';

const TRIP = 'Plan a weekend trip to Ghent for two people with a budget of 400 euros';

/** What the API would answer 400 to, or what Baton promises never to send. */
function expectValid({ body, headers, status }: WireRequest): void {
  expect(status).toBe(200);
  expect(headers['anthropic-version']).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  for (const removed of ['temperature', 'top_p', 'top_k', 'tool_choice', 'tools']) {
    expect(body).not.toHaveProperty(removed);
  }
  expect(body.messages.at(-1)?.role).toBe('user');
  const roles = body.messages.map(({ role }) => role);
  expect(roles).toEqual(roles.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')));
  for (const { content } of body.messages) expect(content.trim()).not.toBe('');
  expect(body).toMatchObject({ stream: true, max_tokens: expect.any(Number) });
}

function byRole(requests: readonly WireRequest[], role: string): WireRequest[] {
  return requests.filter((request) => request.role === role);
}

describe('with native structured output', () => {
  const baton = useSharedBaton();

  test('every request of a goal is valid, and the planner alone is held to a schema', async () => {
    const goal = `${TRIP}, natively.`;
    const run = await baton.api.run({ goal });
    expect(run.goal.status).toBe('succeeded');
    const requests = await baton.emulator.requests(goal);
    expect(requests).toHaveLength(run.goal.usage.calls);
    for (const request of requests) {
      expectValid(request);
      const format = request.body.output_config?.format?.type;
      expect(format).toBe(request.role === 'planner' ? 'json_schema' : undefined);
    }
    expect(new Set(requests.map(({ role }) => role))).toEqual(new Set(['planner', 'task', 'synthesiser']));
  });

  test('a task is told what its dependencies gave, and of no other task', async () => {
    const goal = 'Alpha, beta and gamma.';
    await baton.emulator.inject(
      { match: { contains: goal, task: 'alpha' }, fault: { kind: 'text', text: 'ALPHA-OUTPUT' } },
      { match: { contains: goal, task: 'beta' }, fault: { kind: 'text', text: 'BETA-OUTPUT' } },
      { match: { contains: goal, task: 'gamma' }, fault: { kind: 'text', text: 'GAMMA-OUTPUT' } },
      { match: { contains: goal, task: 'delta' }, fault: { kind: 'refusal' } },
    );
    const context = { mood: 'careful' };
    const tasks = plan(task('alpha'), task('beta'), task('gamma', ['alpha']), task('delta'));
    const run = await baton.api.run({ goal, context, plan: tasks });
    expect(run.goal.status).toBe('partially_succeeded');
    const requests = await baton.emulator.requests(goal);
    const promptOf = (taskId: string): string =>
      requests.find((request) => request.task === taskId)?.body.messages[0]?.content ?? '';
    expect(promptOf('gamma')).toContain('ALPHA-OUTPUT');
    expect(promptOf('gamma')).not.toContain('BETA-OUTPUT');
    expect(promptOf('gamma')).not.toContain('about beta');
    expect(promptOf('beta')).not.toContain('ALPHA-OUTPUT');
    for (const taskId of ['alpha', 'beta', 'gamma', 'delta']) expect(promptOf(taskId)).toContain('careful');

    const [synthesis] = byRole(requests, 'synthesiser');
    const told = synthesis?.body.messages[0]?.content ?? '';
    for (const output of ['ALPHA-OUTPUT', 'BETA-OUTPUT', 'GAMMA-OUTPUT']) expect(told).toContain(output);
    expect(told).toMatch(/<outcome task="delta"[^>]* status="failed">/);
    expect(told).toContain('refused');
  });

  test('a plan with a fault goes back to the planner with what is wrong', async () => {
    const goal = `${TRIP}, repaired.`;
    await baton.emulator.inject(badPlan(goal, 1));
    const run = await baton.api.run({ goal });
    expect(run.goal.status).toBe('succeeded');
    const [first, repair, ...others] = byRole(await baton.emulator.requests(goal), 'planner');
    expect(others).toEqual([]);
    expect(first?.body.messages).toHaveLength(1);
    expect(repair?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(repair?.body.messages[0]).toEqual(first?.body.messages[0]);
    expect(repair?.body.messages[2]?.content).toMatch(/<violation path="tasks\[0\][^>]*>.*circle/);
    if (repair) expectValid(repair);
  });

  test('a plan that stays unlawful fails the goal after three calls, with what was wrong', async () => {
    const goal = `${TRIP}, never right.`;
    await baton.emulator.inject(badPlan(goal, 5));
    const run = await baton.api.run({ goal });
    expectPlanInvalid(run);
    expect(run.goal.error?.violations).toMatchObject([
      {
        path: expect.stringMatching(/^tasks\[\d\]\.dependencies/),
        message: expect.stringContaining('circle'),
      },
    ]);
    expect(await baton.emulator.ofGoal(goal)).toMatchObject({ calls: 3, paid: 3 });
    expect(run.goal.usage.calls).toBe(3);
    await baton.emulator.clearFaults();
  });
});

function badPlan(goal: string, times: number): FaultRule {
  return { match: { role: 'planner', contains: goal }, fault: { kind: 'bad-plan', which: 'cycle' }, times };
}

function expectPlanInvalid({ goal, events }: GoalRun): void {
  expect(goal).toMatchObject({ status: 'failed', tasks: [], output: null, error: { type: 'plan_invalid' } });
  expect(events.at(-1)?.event).toBe('goal.failed');
  expect(named(events, 'goal.planned')).toEqual([]);
}

test('with structured output by prompt no request asks for a format, and plans and repairs work', async (context) => {
  const baton = await batonFor(context, { environment: { STRUCTURED_OUTPUT: 'prompt' } });
  const goal = `${TRIP}, by prompt.`;
  await baton.emulator.inject({
    match: { role: 'planner', contains: goal },
    fault: { kind: 'text', text: 'Here is my plan: first we go there, then we come back.' },
  });
  const run = await baton.api.run({ goal });
  expect(run.goal.status).toBe('succeeded');
  expect(run.goal.tasks.length).toBeGreaterThan(1);
  const requests = await baton.emulator.requests(goal);
  expect(byRole(requests, 'planner')).toHaveLength(2);
  for (const request of requests) {
    expectValid(request);
    expect(request.body).not.toHaveProperty('output_config');
  }
  expect(byRole(requests, 'planner')[0]?.body.system).toContain('JSON');
});

/** A model endpoint that knows no key. */
async function refusingEndpoint({
  onTestFinished,
}: TestContext): Promise<{ url: string; seen: IncomingHttpHeaders[] }> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: 'unknown key' } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test('the key goes to the endpoint and nowhere else; a refused key fails the goal at once', async (context) => {
  const key = 'sk-test-0123456789';
  const endpoint = await refusingEndpoint(context);
  const baton: Baton = await batonFor(context, {
    workers: 0,
    environment: { ANTHROPIC_BASE_URL: endpoint.url, ANTHROPIC_API_KEY: key },
  });
  const run = await baton.api.run({ goal: TRIP });
  expect(endpoint.seen).toHaveLength(1);
  expect(endpoint.seen[0]?.authorization).toBe(`Bearer ${key}`);
  expect(run.goal).toMatchObject({ status: 'failed', error: { type: 'model_error' } });
  expect(run.goal.error?.message).toContain('ANTHROPIC_API_KEY');
  expect(JSON.stringify(run)).not.toContain(key);
  expect(baton.log()).not.toContain(key);
});
