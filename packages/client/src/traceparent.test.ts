import { expect, it } from 'vitest';
import { createClient } from './client.ts';
import { tripGoal } from './testing/sample-goal.ts';
import { json, startStubServer } from './testing/stub-server.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

it('hands on the place in a trace that a call is given, with every request of it', async () => {
  const server = await startStubServer({
    'POST /v1/goals': [json(503, {}), json(202, tripGoal)],
    'POST /v1/goals/batch': [json(207, { items: [] })],
    'POST /v1/goals/goal_1/retry': [json(202, tripGoal)],
    'POST /v1/goals/goal_1/approve': [json(202, tripGoal)],
    'POST /v1/goals/goal_1/cancel': [json(202, tripGoal)],
    'POST /v1/plans': [json(200, {})],
    'GET /v1/goals/goal_1': [json(200, tripGoal), json(200, tripGoal)],
  });
  const { goals, plans } = createClient({ baseUrl: server.url });
  const at = { traceparent, tracestate: 'vendor=1' };
  await goals.create({ goal: 'Plan a trip' }, at);
  await goals.createBatch([{ goal: 'Plan a trip' }], at);
  await goals.retry('goal_1', at);
  await goals.approve('goal_1', at);
  await goals.cancel('goal_1', at);
  await plans.create({ goal: 'Plan a trip' }, at);
  await goals.get('goal_1', at);
  expect(server.requests.map(({ headers }) => [headers['traceparent'], headers['tracestate']])).toEqual(
    Array.from({ length: 8 }, () => [traceparent, 'vendor=1']),
  );

  await goals.get('goal_1', { tracestate: 'vendor=1' });
  expect(server.requests.at(-1)?.headers).not.toHaveProperty('traceparent');
  expect(server.requests.at(-1)?.headers).not.toHaveProperty('tracestate');
});
