import { describe, expect, it } from 'vitest';
import { baton } from '../../testing/baton-command.ts';
import { tripGoal } from '../../testing/sample-goal.ts';
import { json, problem, startStubServer, type Reply } from '../../testing/stub-server.ts';

async function offered(words: readonly string[], url?: string): Promise<string[]> {
  const { exitCode, stdout, stderr } = await baton(
    ['__complete', '--', ...words],
    url === undefined ? {} : { url },
  );
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.split('\n').slice(0, -1);
}

async function values(...words: string[]): Promise<string[]> {
  return (await offered(words)).map((line) => line.split('\t', 1).join(''));
}

describe('what is offered', () => {
  it('is every command, with what it does, but not what scripts ask with', async () => {
    const lines = await offered(['']);
    expect(lines).toContain('run\tsubmit a goal, show its progress and print its answer');
    expect(lines).toContain('keys\tmake API keys');
    expect(lines.some((line) => line.startsWith('__'))).toBe(false);
  });

  it.each([
    [['re'], ['retry', 'reject', 'recipes']],
    [['keys', ''], ['create']],
    [['webhooks', 'v'], ['verify']],
    [['run', 'x', '--pri'], ['--priority']],
    [
      ['run', '--priority', ''],
      ['high', 'medium', 'low'],
    ],
    [['run', '--priority', 'm'], ['medium']],
    [['run', '--priority=m'], ['--priority=medium']],
    [
      ['list', '--status', 'p'],
      ['planning', 'partially_succeeded'],
    ],
    [['run', '-o', 'j'], ['json']],
    [['run', '--recipe', ''], []],
    [['run', '--', '--pri'], []],
    [['run', '--', '--plan', ''], []],
    [['run', '--priority', 'high', '--lab'], ['--label']],
    [['run', '--detach', '--lab'], ['--label']],
    [['run', '--plan', 'p'], [':files']],
    [['run', '--context', '@r'], [':files']],
    [['plan', '--check', ''], [':files']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['get', '--plan', '--out'], ['--output']],
    [['nothing', ''], []],
  ])('after %j is %j', async (words, expected) => {
    expect(await values(...words)).toEqual(expected);
  });

  it('for an id is those of the latest goals', async () => {
    const page = json(200, {
      items: [tripGoal, { ...tripGoal, id: 'goal_2', goal: 'A\nb\u001b[2J' }],
      nextCursor: null,
    });
    const server = await startStubServer({ 'GET /v1/goals?limit=20': [page, page, page] });
    expect(await offered(['watch', 'goal_'], server.url)).toEqual([
      'goal_1\tpartially_succeeded · Plan three days in Kyoto',
      'goal_2\tpartially_succeeded · A b',
    ]);
    expect(await offered(['cancel', 'goal_2'], server.url)).toHaveLength(1);
    expect(await offered(['cancel', 'goal_1', ''], server.url)).toEqual([]);
    expect(await offered(['cancel', '--', 'goal_1', ''], server.url)).toEqual([]);
  });

  it('does not depend on an address that is right', async () => {
    expect(await offered(['wat'], 'nonsense')).toHaveLength(1);
    expect(await offered(['watch', ''], 'nonsense')).toEqual([]);
  });

  it('for an id is nothing without a server, or without a key that it knows', async () => {
    expect(await offered(['watch', ''])).toEqual([]);
    const refuse = problem(401, 'unauthorized', 'Send a key.');
    const cutOff: Reply = (response) => void response.destroy();
    const server = await startStubServer({ 'GET /v1/goals?limit=20': [refuse, cutOff] });
    expect(await offered(['watch', ''], server.url)).toEqual([]);
    expect(await offered(['watch', ''], server.url)).toEqual([]);
    expect(server.requests).toHaveLength(2);
  });
});
