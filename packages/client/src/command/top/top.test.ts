import { describe, expect, it } from 'vitest';
import { baton } from '../../testing/baton-command.ts';
import { fakeTerminal } from '../../testing/fake-terminal.ts';
import { T0, tripGoal } from '../../testing/sample-goal.ts';
import { fleet, goalSummary, usageReport, workerType } from '../../testing/sample-snapshot.ts';
import { json, problem, startStubServer, type Reply } from '../../testing/stub-server.ts';
import { openPoll, openStatuses } from './poll.ts';
import { createClient } from '../../client.ts';

const page = (...items: readonly object[]): Reply => json(200, { items, nextCursor: null });
const old = goalSummary('goal_old', { createdAt: new Date(T0 - 3_600_000).toISOString() });
const running = goalSummary('goal_1');
const ended = goalSummary('goal_2', { status: 'succeeded', finishedAt: new Date(T0 + 30_000).toISOString() });

/** A server with one old open goal, which only a look by status finds; as often as is asked. */
function replies(times: number): Record<string, Reply[]> {
  const often = (reply: Reply): Reply[] => Array.from({ length: times }, () => reply);
  return {
    'GET /v1/stats': often(json(200, fleet(workerType('writer', { active: 1 })))),
    'GET /v1/goals?limit=100': often(page(ended, running)),
    'GET /v1/usage?by=day&from=2026-07-01&to=2026-07-01': often(json(200, usageReport(2))),
    'GET /v1/goals/goal_1': often(
      json(200, { ...tripGoal, id: 'goal_1', status: 'running', finishedAt: null }),
    ),
    'GET /v1/goals/goal_old': often(json(200, { ...tripGoal, id: 'goal_old' })),
    ...Object.fromEntries(
      openStatuses.map((status) => [
        `GET /v1/goals?status=${status}&limit=100`,
        often(status === 'running' ? page(running, old) : page()),
      ]),
    ),
  };
}

describe('baton top', () => {
  it.each([
    ['a pipe', [], undefined],
    ['a terminal, with --once', ['--once'], fakeTerminal()],
  ])('prints one look to %s', async (_where, flags, stdout) => {
    const server = await startStubServer(replies(1));
    const printed = await baton(['top', ...flags], { ...server, ...(stdout && { stdout }) });
    expect(printed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(printed.stdout).toContain(`baton top  ${server.url}  `);
    expect(printed.stdout).toContain('Goals  1 running · 1 ended in the last minute\n');
    expect(printed.stdout).toMatch(/running {2}█+░* \d\/2 .* goal_1 /);
    expect(printed.stdout).not.toContain('\u001b');
  });

  it('prints one look as JSON', async () => {
    const { stdout } = await baton(['top', '-o', 'json'], await startStubServer(replies(1)));
    expect(JSON.parse(stdout)).toMatchObject({
      at: new Date(T0 + 60_000).toISOString(),
      stats: { workerTypes: [{ type: 'writer', active: 1 }] },
      usage: { total: { costUsd: 2 } },
      openGoals: [{ id: 'goal_1', tasks: { all: 2 } }],
      endedInLastMinute: { goals: 1, failed: 0 },
    });
  });

  it('refuses an interval that is none, and says why a server can not be asked', async () => {
    expect((await baton(['top', '--interval', '0'])).exitCode).toBe(2);
    expect((await baton(['top'])).exitCode).toBe(6);
    const calls = replies(0);
    for (const call of Object.keys(calls)) calls[call] = [problem(401, 'unauthorized', 'Send a key.')];
    expect((await baton(['top'], await startStubServer(calls))).exitCode).toBe(2);
  });
});

describe('a look', () => {
  it('finds open goals older than the newest, and reads what is costly seldom', async () => {
    const server = await startStubServer(replies(3));
    let now = T0 + 60_000;
    const poll = openPoll(createClient({ baseUrl: server.url, apiKey: '' }), () => now);
    const sweeps = async (): Promise<number> => {
      const before = server.requests.length;
      const { open } = await poll({});
      expect(open.map(({ id }) => id)).toContain('goal_1');
      return server.requests.slice(before).filter(({ url }) => url.includes('status=')).length;
    };
    expect(await sweeps()).toBe(openStatuses.length);
    now += 2_000;
    expect(await sweeps()).toBe(0);
    now += 28_000;
    expect(await sweeps()).toBe(openStatuses.length);
  });
});
