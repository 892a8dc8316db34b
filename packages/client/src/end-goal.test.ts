import { describe, expect, it } from 'vitest';
import { tripGoal } from './testing/sample-goal.ts';
import { json, problem, startStubServer, type Reply } from './testing/stub-server.ts';
import { testClient } from './testing/test-client.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');
/** The client's own clock is an hour ahead. */
const CLIENT_NOW = NOW + 3_600_000;

const cut: Reply = (response) => void response.destroy();
const conflict = problem(409, 'conflict', 'Goal goal_1 has ended.');
const rateLimited = problem(429, 'rate_limited', 'Slow down.');
const unavailable = problem(503, 'unavailable', 'Redis does not answer now.');

/** The goal as the server shows it, some seconds after NOW. */
function shown(goal: object, seconds = 1): Reply {
  return json(200, goal, { date: new Date(NOW + seconds * 1_000).toUTCString() });
}

function endedAt(seconds: number, more: object = {}): object {
  return {
    ...tripGoal,
    status: 'cancelled',
    finishedAt: new Date(NOW + seconds * 1_000).toISOString(),
    ...more,
  };
}

const rejected = { type: 'plan_rejected', message: 'No.', violations: undefined };

async function cancelling(cancels: Reply[], gets: Reply[] = []) {
  const server = await startStubServer({
    'POST /v1/goals/goal_1/cancel': cancels,
    'POST /v1/goals/goal_1/reject': cancels,
    'GET /v1/goals/goal_1': gets,
  });
  const { client } = testClient({ baseUrl: server.url }, CLIENT_NOW);
  return { server, goals: client.goals };
}

describe('cancelling', () => {
  it('succeeds when its reply was lost and it had been heard', async () => {
    const { goals, server } = await cancelling([cut, conflict], [shown(endedAt(0.5))]);
    expect(await goals.cancel('goal_1')).toMatchObject({ status: 'cancelled' });
    expect(server.requests).toHaveLength(3);
  });

  it('is sent again when it had not been heard', async () => {
    const { goals } = await cancelling([unavailable, cut, json(202, endedAt(1))]);
    expect(await goals.cancel('goal_1')).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    [
      'ended otherwise meanwhile',
      { ...tripGoal, status: 'succeeded', finishedAt: new Date(NOW).toISOString() },
    ],
    ['had been cancelled long before', endedAt(-30)],
    ['goes on again', { ...tripGoal, status: 'running', finishedAt: null }],
  ])('is refused when the goal %s, although a reply was lost', async (_, goal) => {
    const { goals } = await cancelling([cut, conflict], [shown(goal)]);
    await expect(goals.cancel('goal_1')).rejects.toMatchObject({ status: 409 });
  });

  it.each([
    ['at once', [conflict]],
    ['after an attempt that surely did nothing', [rateLimited, conflict]],
  ])('is refused %s without asking what became of the goal', async (_, cancels) => {
    const { goals, server } = await cancelling([...cancels]);
    await expect(goals.cancel('goal_1')).rejects.toMatchObject({ status: 409 });
    expect(server.requests).toHaveLength(cancels.length);
  });

  it('says that it could not ask when even that can not be learned', async () => {
    const { goals } = await cancelling(
      [cut, conflict],
      Array.from({ length: 5 }, () => cut),
    );
    await expect(goals.cancel('goal_1')).rejects.toMatchObject({ name: 'ConnectionError' });
  });

  it('is taken at the word of the goal where the server does not tell the time', async () => {
    const mute: Reply = (response) => {
      response.sendDate = false;
      response.end(JSON.stringify(endedAt(0.5)));
    };
    const { goals } = await cancelling([cut, conflict], [mute]);
    expect(await goals.cancel('goal_1')).toMatchObject({ status: 'cancelled' });
  });
});

describe('rejecting', () => {
  it('succeeds when its reply was lost and it had been heard', async () => {
    const { goals, server } = await cancelling([cut, conflict], [shown(endedAt(0.5, { error: rejected }))]);
    expect(await goals.reject('goal_1', { reason: 'No.' })).toMatchObject({ status: 'cancelled' });
    expect(server.requests.map(({ body }) => body)).toEqual(['{"reason":"No."}', '{"reason":"No."}', '']);
  });

  it('is refused when the goal was cancelled in another way', async () => {
    const { goals } = await cancelling([cut, conflict], [shown(endedAt(0.5))]);
    await expect(goals.reject('goal_1')).rejects.toMatchObject({ status: 409 });
  });
});
