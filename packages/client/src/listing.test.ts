import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { tripGoal } from './testing/sample-goal.ts';
import { json, problem, startStubServer } from './testing/stub-server.ts';

const { plan: _plan, tasks: _tasks, output: _output, ...summary } = tripGoal;

function page(from: number, to: number, nextCursor: string | null) {
  const ids = Array.from({ length: to - from }, (_, index) => `goal_${from + index}`);
  return json(200, { items: ids.map((id) => ({ ...summary, id })), nextCursor });
}

async function idsOf(goals: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of goals) ids.push(id);
  return ids;
}

describe('listing all goals', () => {
  it('reads page after page, with the query on each', async () => {
    const server = await startStubServer({
      'GET /v1/goals?status=failed&limit=2': [page(0, 2, 'a+b')],
      'GET /v1/goals?status=failed&limit=2&cursor=a%2Bb': [page(2, 4, 'c')],
      'GET /v1/goals?status=failed&limit=2&cursor=c': [page(4, 5, null)],
    });
    const { goals } = createClient({ baseUrl: server.url });
    expect(await idsOf(goals.listAll({ status: 'failed', limit: 2 }))).toEqual([
      'goal_0',
      'goal_1',
      'goal_2',
      'goal_3',
      'goal_4',
    ]);
  });

  it('begins where it is told, and ends with an empty page', async () => {
    const server = await startStubServer({ 'GET /v1/goals?cursor=x': [page(0, 0, null)] });
    const { goals } = createClient({ baseUrl: server.url });
    expect(await idsOf(goals.listAll({ cursor: 'x' }))).toEqual([]);
  });

  it('asks for no page before it is needed', async () => {
    const server = await startStubServer({ 'GET /v1/goals': [page(0, 2, 'more')] });
    for await (const _ of createClient({ baseUrl: server.url }).goals.listAll()) break;
    expect(server.requests).toHaveLength(1);
  });

  it('rejects where a page is refused', async () => {
    const server = await startStubServer({
      'GET /v1/goals': [page(0, 1, 'bad')],
      'GET /v1/goals?cursor=bad': [problem(400, 'invalid_request', 'The cursor is not valid.')],
    });
    await expect(idsOf(createClient({ baseUrl: server.url }).goals.listAll())).rejects.toMatchObject({
      status: 400,
    });
  });
});
