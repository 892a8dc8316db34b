import express from 'express';
import { expect, it, vi } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { authenticate } from './authenticate.ts';
import { goalStepRoutes } from './goal-steps.ts';
import type { Goals } from './goals.ts';
import { problemHandler } from './problem.ts';
import { serve } from './testing/serve.ts';

async function serveSteps(parent: { goalId: string; taskId: string } | null = null) {
  const approve = vi.fn<Goals['approve']>(async () => ({ id: 'goal_1' }) as never);
  const reject = vi.fn<Goals['reject']>(async () => ({ id: 'goal_1' }) as never);
  const proposal = async () =>
    ({ status: 'awaiting_approval', parent, plan: null, options: {}, retries: 0 }) as never;
  const app = express();
  app.use(authenticate([]), express.json({ strict: false }));
  const [cancel, retry] = [vi.fn<Goals['cancel']>(async () => null), vi.fn<Goals['retry']>(async () => null)];
  app.use(goalStepRoutes({ approve, reject, proposal, cancel, retry } as unknown as Goals));
  app.use(problemHandler(createLogger('test', 'silent')));
  const url = await serve(app);
  const post = (step: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/goals/goal_1/${step}`, { method: 'POST', ...init });
  return { approve, reject, cancel, retry, post };
}

it.each(['approve', 'reject'])('to %s a sub-goal is answered with the goal that it is for', async (step) => {
  const { approve, reject, post } = await serveSteps({ goalId: 'goal_top', taskId: 'project' });
  const response = await post(step);
  expect(response.status).toBe(409);
  expect(await response.text()).toContain('carries out the task project of goal goal_top');
  expect([approve.mock.calls, reject.mock.calls]).toEqual([[], []]);
});

it.each(['text/plain', 'application/x-www-form-urlencoded'])(
  'what comes as %s is refused, not taken for no body: nobody runs a plan that was meant to be replaced',
  async (type) => {
    const { approve, reject, post } = await serveSteps();
    const headers = { 'content-type': type };
    expect((await post('approve', { headers, body: '{"plan":{"tasks":[]}}' })).status).toBe(415);
    expect((await post('reject', { headers, body: '{"reason":"No"}' })).status).toBe(415);
    expect([approve.mock.calls, reject.mock.calls]).toEqual([[], []]);
  },
);

it.each<[string, RequestInit]>([
  ['no body', {}],
  ['no body of some type', { headers: { 'content-type': 'text/plain' } }],
  ['an empty one', { headers: { 'content-type': 'application/json' }, body: '{}' }],
])('%s approves the plan as it is, and rejects without a reason', async (_what, init) => {
  const { approve, reject, post } = await serveSteps();
  expect([(await post('approve', init)).status, (await post('reject', init)).status]).toEqual([202, 202]);
  expect(approve).toHaveBeenCalledWith('default', 'goal_1', null);
  expect(reject).toHaveBeenCalledWith('default', 'goal_1', null);
});

it.each(['cancel', 'retry'] as const)(
  '%s takes no fields: what is sent was meant for something',
  async (name) => {
    const steps = await serveSteps();
    const headers = { 'content-type': 'application/json' };
    const refused = await steps.post(name, { headers, body: '{"reason":"Too dear"}' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      errors: [{ path: 'reason', message: 'is not a known field. None is taken here.' }],
    });
    expect(steps[name]).not.toHaveBeenCalled();
    for (const body of ['{}', '']) await steps.post(name, { headers, body });
    expect(steps[name]).toHaveBeenCalledTimes(2);
  },
);
