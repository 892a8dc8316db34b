import { describe, expect, it } from 'vitest';
import { baton } from '../testing/baton-command.ts';
import { problem, startStubServer, type Reply } from '../testing/stub-server.ts';

describe('a command line', () => {
  it.each([
    [[], 'Usage: baton [options] [command]'],
    [['rum'], "baton: unknown command 'rum' (Did you mean run?)\nSee baton --help.\n"],
    [['run'], 'baton: The goal is empty: say what is to be achieved.\nSee baton run --help.\n'],
    [['run', '--example'], '--example takes the example of a recipe: add --recipe.'],
    [['run', 'x', '--recipe', 'report', '--example'], '--example is a goal itself: leave yours out.'],
    [['run', 'x', '--judges', '0'], "argument '0' is invalid. It must be a whole number from 1 to 5."],
    [['get', 'goal_1', '--rev', '1', '--plan'], '--rev prints an answer, --plan a plan: give one of them.'],
    [['eval', '/nowhere/set.json'], 'The argument names "/nowhere/set.json", which can not be read'],
    [['run', ' '], 'baton: The goal is empty: say what is to be achieved.\nSee baton run --help.\n'],
    [
      ['run', 'x', '--recipee', 'y'],
      "baton: unknown option '--recipee' (Did you mean --recipe?)\nSee baton run --help.\n",
    ],
    [['run', 'x', '--recipe'], "option '--recipe <name>' argument missing"],
    [
      ['run', 'x', '--priority', 'urgent'],
      "argument 'urgent' is invalid. Allowed choices are high, medium, low.",
    ],
    [['run', 'x', '--max-tasks', '0'], "argument '0' is invalid. It must be a whole number from 1 to 1000."],
    [['run', 'x', '--label', 'team'], "argument 'team' is invalid. Write it as key=value."],
    [['run', 'x', '-o', 'yaml'], "argument 'yaml' is invalid. Allowed choices are text, json."],
    [
      ['run', 'x', '--plan', '/nowhere/plan.json'],
      '--plan names "/nowhere/plan.json", which can not be read',
    ],
    [['run', 'x', '--url', '127.0.0.1:3000'], '--url: "127.0.0.1:3000" is not the address of a server'],
    [['watch'], "missing required argument 'id'"],
    [['retry'], "missing required argument 'id'"],
    [['get', 'a', 'b'], "too many arguments for 'get'. Expected 1 argument but got 2"],
    [['list', 'x'], "too many arguments for 'list'. Expected 0 arguments but got 1"],
    [['list', '--limit', 'ten'], "argument 'ten' is invalid. It must be a whole number from 1 to 100."],
    [['list', '--status', 'done'], "argument 'done' is invalid. Allowed choices are accepted, planning,"],
    [['feedback', 'goal_1'], "required option '--score <number>' not specified\nSee baton feedback --help."],
    [['feedback', 'goal_1', '--score', '7'], "argument '7' is invalid. It must be a number from 0 to 1."],
    [['plan'], 'Say what is to be achieved, or name a plan with --check.'],
    [['plan', 'x', '--check', '-'], '--check takes a plan only'],
    [['keys'], 'Usage: baton keys [options] [command]'],
    [['keys', 'make'], "unknown command 'make'"],
    [['completion', 'csh'], "'csh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish."],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { exitCode, stdout, stderr } = await baton(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('may ask for help, of all or of one command', async () => {
    for (const args of [['--help'], ['help']]) {
      const { exitCode, stdout } = await baton(args);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^ {2}workers .* list the worker types/m);
      expect(stdout).not.toContain('__complete');
    }
    const { exitCode, stdout } = await baton(['run', '--help']);
    expect(exitCode).toBe(0);
    for (const flag of [
      '--context <text|@file>',
      '--priority',
      '-o, --output <format>',
      '-h, --help',
      'Examples:',
    ]) {
      expect(stdout).toContain(flag);
    }
  });

  it('exits with 6 when no server can be asked, and says where the address comes from', async () => {
    const cutOff: Reply = (response) => void response.destroy();
    const unavailable = problem(503, 'unavailable', 'Redis does not answer now.');
    const server = await startStubServer({
      'GET /v1/goals': [cutOff, cutOff, cutOff, unavailable, unavailable, unavailable],
    });
    const cut = await baton(['list'], server);
    expect(cut.exitCode).toBe(6);
    expect(cut.stderr).toContain(`Can not reach Baton at ${server.url}: the connection was cut`);
    expect(cut.stderr).toContain('The address comes from --url, else BATON_URL');
    expect(await baton(['list'], server)).toMatchObject({
      exitCode: 6,
      stderr: 'baton: Redis does not answer now.\n',
    });
  });

  it('may ask for the version', async () => {
    expect(await baton(['--version'])).toMatchObject({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('is told of a key that is missing', async () => {
    const refuse = problem(401, 'unauthorized', 'Send a key that this server knows.');
    const { exitCode, stderr } = await baton(
      ['workers'],
      await startStubServer({ 'GET /v1/worker-types': [refuse] }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Set BATON_API_KEY');
  });
});
