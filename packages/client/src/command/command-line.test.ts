import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Goal } from '@baton/shared/contract/goal';
import { fakePipe, fakeTerminal, type FakeOutput } from '../testing/fake-terminal.ts';
import { eventAt, frame, T0, tripEvents, tripGoal } from '../testing/sample-goal.ts';
import {
  eventStream,
  json,
  openStream,
  problem,
  startStubServer,
  type StubServer,
} from '../testing/stub-server.ts';
import { runCommandLine } from './command-line.ts';
import { Interruption } from './exit-code.ts';

interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Given {
  readonly url?: string;
  readonly stdout?: FakeOutput;
  readonly stderr?: FakeOutput;
  readonly signal?: AbortSignal;
}

async function baton(args: readonly string[], given: Given = {}): Promise<Result> {
  const { url = 'http://127.0.0.1:9', stdout = fakePipe(), stderr = fakePipe() } = given;
  const signal = given.signal ?? new AbortController().signal;
  const exitCode = await runCommandLine(args, {
    url,
    apiKey: '',
    stdout,
    stderr,
    signal,
    now: () => T0 + 60_000,
  });
  return { exitCode, stdout: stdout.written(), stderr: stderr.written() };
}

async function givenFile(name: string, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-client-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const accepted: Goal = {
  ...tripGoal,
  status: 'accepted',
  finishedAt: null,
  output: null,
  simulated: false,
  missing: [],
};

/** A server on which a new goal ends as given. */
function serverEnding(ended: Goal, stream = eventStream(...tripEvents.map(frame))): Promise<StubServer> {
  return startStubServer({
    'POST /v1/goals': [json(202, accepted)],
    'GET /v1/goals/goal_1/events': [stream],
    'GET /v1/goals/goal_1': [json(200, ended)],
  });
}

describe('baton run', () => {
  it('writes the answer alone on stdout, and what it lacks and that it is simulated on stderr', async () => {
    const { exitCode, stdout, stderr } = await baton(['run', 'Plan', 'a trip'], await serverEnding(tripGoal));
    expect(exitCode).toBe(3);
    expect(stdout).toBe('# Kyoto\n\nIn three days.\n');
    expect(stderr).toContain('task failed       prices (researcher)');
    expect(stderr).toContain('Missing from the answer:\n  prices: No price list was found.\n');
    expect(stderr).toMatch(/This answer is simulated: an emulator wrote it, not a model\.\n$/);
  });

  it.each([
    ['succeeded', 0],
    ['partially_succeeded', 3],
    ['failed', 4],
    ['cancelled', 5],
    ['expired', 5],
  ] as const)('of a goal that is %s exits with %d', async (status, code) => {
    const server = await serverEnding(
      { ...tripGoal, status },
      eventStream(frame(eventAt(1, `goal.${status}`))),
    );
    expect((await baton(['run', 'Plan a trip'], server)).exitCode).toBe(code);
  });

  it('says why a goal failed, with the law of plans that was broken', async () => {
    const violations = [{ path: 'tasks[0].worker', taskId: 'a', message: 'names no worker type.' }];
    const error = { type: 'plan_invalid', message: 'The plan is not valid.', violations };
    const server = await serverEnding({ ...tripGoal, status: 'failed', output: null, missing: [], error });
    const { stdout, stderr } = await baton(['run', 'Plan a trip'], server);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      'The plan is not valid. (plan_invalid)\n  tasks[0].worker: names no worker type.\n',
    );
  });

  it('prints the goal as JSON when asked', async () => {
    const { exitCode, stdout } = await baton(
      ['run', 'Plan a trip', '-o', 'json'],
      await serverEnding(tripGoal),
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toEqual(tripGoal);
  });

  it('sends all that its flags say', async () => {
    const server = await serverEnding(tripGoal);
    const context = await givenFile('context.json', '{"days": 3}');
    const plan = await givenFile('plan.json', '{"tasks": []}');
    const flags = ['--context', `@${context}`, '--plan', plan, '--recipe', 'report', '--priority', 'high'];
    await baton(['run', 'Plan a trip', ...flags, '--label', 'team=growth', '--label', 'x=a=b'], server);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      goal: 'Plan a trip',
      context: { days: 3 },
      plan: { tasks: [] },
      recipe: 'report',
      options: { priority: 'high' },
      labels: { team: 'growth', x: 'a=b' },
    });
  });

  it('sends the context as text, from the command line or a file', async () => {
    const sent = async (context: string): Promise<unknown> => {
      const server = await serverEnding(tripGoal);
      await baton(['run', 'Plan a trip', '--context', context], server);
      return JSON.parse(server.requests[0]?.body ?? '');
    };
    expect(await sent('by train')).toEqual({ goal: 'Plan a trip', context: 'by train' });
    expect(await sent(`@${await givenFile('notes.md', '# By train')}`)).toMatchObject({
      context: '# By train',
    });
    expect(await sent(`@${await givenFile('days.json', '[3]')}`)).toMatchObject({ context: '[3]' });
  });

  it('names every field of a request that is refused', async () => {
    const errors = [
      { path: 'recipe', message: 'there is no recipe "trip".' },
      { path: 'plan.tasks[0].id', message: 'must start with a letter.' },
    ];
    const refuse = problem(400, 'invalid_request', 'recipe: there is no …', { errors });
    const { exitCode, stderr } = await baton(
      ['run', 'x'],
      await startStubServer({ 'POST /v1/goals': [refuse] }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'baton: Refused:\n  recipe: there is no recipe "trip".\n  plan.tasks[0].id: must start with a letter.\n',
    );
  });

  it('draws a tree on a terminal and gives the terminal back', async () => {
    const terminal = fakeTerminal();
    const { exitCode } = await baton(['run', 'Plan a trip'], {
      ...(await serverEnding(tripGoal)),
      stdout: terminal,
      stderr: terminal,
    });
    expect(exitCode).toBe(3);
    expect(terminal.cursorShown()).toBe(true);
    expect(terminal.screen()).toEqual([
      '◐ Plan three days in Kyoto',
      '  partially succeeded · 10.0s · 2 tasks',
      '  ✓ sights   researcher  3.2s  1.2k/840 tok  $0.0123',
      '  ⊘   route  analyzer                                 sights failed  ← sights',
      '  goal_1 · 6 model calls · 12k tokens in, 4.5k out · $0.31 · simulated',
      'Missing from the answer:',
      '  prices: No price list was found.',
      'This answer is simulated: an emulator wrote it, not a model.',
      '',
      '# Kyoto',
      '',
      'In three days.',
    ]);
  });

  it('leaves the goal running when interrupted, says how to come back, and gives the terminal back', async () => {
    const interrupting = new AbortController();
    const server = await serverEnding(tripGoal, (response, request) => {
      openStream(frame(eventAt(0, 'goal.accepted')))(response, request);
      interrupting.abort(new Interruption('SIGINT'));
    });
    const terminal = fakeTerminal();
    const { exitCode } = await baton(['run', 'Plan a trip', '--url', server.url], {
      stderr: terminal,
      signal: interrupting.signal,
    });
    expect(exitCode).toBe(130);
    expect(terminal.cursorShown()).toBe(true);
    expect(terminal.screen().slice(-3)).toEqual([
      'Goal goal_1 goes on without this command, as long as its server runs.',
      `  watch it:   npx baton watch goal_1 --url ${server.url}`,
      `  cancel it:  npx baton cancel goal_1 --url ${server.url}`,
    ]);
    expect(server.requests).toHaveLength(2);
  });
});

describe('the other commands', () => {
  it('watch shows a goal from its beginning and ends as run does', async () => {
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [json(200, accepted), json(200, tripGoal)],
      'GET /v1/goals/goal_1/events': [eventStream(...tripEvents.map(frame))],
    });
    const { exitCode, stdout } = await baton(['watch', 'goal_1'], server);
    expect([exitCode, stdout]).toEqual([3, '# Kyoto\n\nIn three days.\n']);
  });

  it('get prints a goal as it is, whatever it is', async () => {
    const escape = { ...tripGoal, output: 'calm \u001b[2J text' };
    const server = await startStubServer({ 'GET /v1/goals/goal_1': [json(200, escape), json(200, escape)] });
    const { exitCode, stdout } = await baton(['get', 'goal_1'], { ...server, stdout: fakeTerminal(60) });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '◐ Plan three days in Kyoto',
      '  partially succeeded · 10.0s · 2 tasks',
      '  ✓ sights   researcher  3.2s',
      '  ⊘   route  analyzer          sights failed  ← sights',
      '  goal_1 · 6 model calls · 12k tokens in, 4.5k out · $0.31 …',
      '',
      'calm  text',
      '',
    ]);
    expect((await baton(['get', 'goal_1', '-o', 'json'], server)).stdout).toBe(
      `${JSON.stringify(escape, null, 2)}\n`,
    );
  });

  it('cancel says what became of the goal, and why it can not be cancelled', async () => {
    const server = await startStubServer({
      'POST /v1/goals/goal_1/cancel': [
        json(202, { ...tripGoal, status: 'cancelled' }),
        problem(409, 'conflict', 'Goal goal_1 has ended and can not be cancelled.'),
      ],
    });
    expect(await baton(['cancel', 'goal_1'], server)).toMatchObject({
      exitCode: 0,
      stdout: 'goal_1 cancelled\n',
    });
    expect(await baton(['cancel', 'goal_1'], server)).toMatchObject({
      exitCode: 2,
      stderr: 'baton: Goal goal_1 has ended and can not be cancelled.\n',
    });
  });

  it('retry follows a goal that goes on to its new end, and says why one can not be retried', async () => {
    const again = [
      eventAt(60, 'goal.retried', { taskIds: ['prices'] }, '22'),
      eventAt(70, 'goal.succeeded', {}, '23'),
    ];
    const server = await startStubServer({
      'POST /v1/goals/goal_1/retry': [
        json(202, { ...accepted, status: 'running' }),
        problem(409, 'conflict', 'Goal goal_1 can not be retried.'),
      ],
      'GET /v1/goals/goal_1/events': [eventStream(...[...tripEvents, ...again].map(frame))],
      'GET /v1/goals/goal_1': [json(200, { ...tripGoal, status: 'succeeded', missing: [] })],
    });
    const retried = await baton(['retry', 'goal_1'], server);
    expect([retried.exitCode, retried.stdout]).toEqual([0, '# Kyoto\n\nIn three days.\n']);
    expect(await baton(['retry', 'goal_1'], server)).toMatchObject({
      exitCode: 2,
      stderr: 'baton: Goal goal_1 can not be retried.\n',
    });
  });

  it('list prints a page and how to read the next', async () => {
    const server = await startStubServer({
      'GET /v1/goals?limit=1&label.team=growth': [json(200, { items: [tripGoal], nextCursor: 'abc' })],
      'GET /v1/goals?status=failed': [json(200, { items: [], nextCursor: null })],
    });
    const page = await baton(['list', '--limit', '1', '--label', 'team=growth'], server);
    expect(page.stdout).toBe(
      'ID      STATUS               CREATED    TOOK   COST       GOAL\n' +
        'goal_1  partially_succeeded  1m00s ago  10.0s  simulated  Plan three days in Kyoto\n',
    );
    expect(page.stderr).toBe('There are more: add --cursor abc\n');
    const none = await baton(['list', '--status', 'failed'], server);
    expect(none).toEqual({ exitCode: 0, stdout: '', stderr: 'There are no such goals.\n' });
  });

  it('workers prints the worker types', async () => {
    const writer = { type: 'writer', workers: 2, slots: 16, tier: 'balanced', description: 'Writes.' };
    const server = await startStubServer({ 'GET /v1/worker-types': [json(200, { items: [writer] })] });
    expect((await baton(['workers'], server)).stdout).toBe(
      'TYPE    WORKERS  SLOTS  TIER      DESCRIPTION\nwriter  2        16     balanced  Writes.\n',
    );
  });
});

describe('a command line', () => {
  it.each([
    [[], 'baton <command>'],
    [['rum'], 'There is no command "rum". Known: run, watch, get, cancel, retry, list, workers.'],
    [['run'], 'Say what is to be achieved'],
    [['run', 'x', '--recipee', 'y'], "Unknown option '--recipee'. Known: --context, --recipe, "],
    [['run', 'x', '--recipe'], "Option '--recipe <value>' argument missing."],
    [['run', 'x', '--priority', 'urgent'], '--priority is "urgent"; it must be one of high, medium, low.'],
    [['run', 'x', '--label', 'team'], '--label is "team"; write it as key=value.'],
    [['run', 'x', '-o', 'yaml'], '--output is "yaml"; it must be one of json, text.'],
    [
      ['run', 'x', '--plan', '/nowhere/plan.json'],
      '--plan names "/nowhere/plan.json", which can not be read',
    ],
    [['run', 'x', '--url', '127.0.0.1:3000'], '--url: "127.0.0.1:3000" is not the address of a server'],
    [['watch'], 'Name the goal by its id.'],
    [['retry'], 'Name the goal by its id.'],
    [['get', 'a', 'b'], 'Name the goal by its id and nothing else; "b" is too much.'],
    [['list', 'x'], '"x" is too much: only flags belong here.'],
    [['list', '--limit', 'ten'], '--limit is "ten"; it must be a whole number from 1 to 100.'],
    [['list', '--status', 'done'], '--status is "done"; it must be one of accepted, planning,'],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { exitCode, stdout, stderr } = await baton(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('may ask for help, of all or of one command', async () => {
    expect(await baton(['--help'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('workers  Lists'),
    });
    const { exitCode, stdout } = await baton(['run', '--help']);
    expect(exitCode).toBe(0);
    for (const flag of ['--context <text|@file>', '--priority', '-o, --output json|text', '-h, --help']) {
      expect(stdout).toContain(flag);
    }
  });

  it('exits with 6 when no server can be asked, and says where the address comes from', async () => {
    const unavailable = problem(503, 'unavailable', 'Redis does not answer now.');
    const server = await startStubServer({
      'GET /v1/goals': [(response) => void response.destroy(), unavailable],
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
