import { describe, expect, it } from 'vitest';
import { baton, givenFile } from '../testing/baton-command.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { eventAt, frame, tripGoal } from '../testing/sample-goal.ts';
import { eventStream, json, openStream, problem, startStubServer } from '../testing/stub-server.ts';
import { serverEnding } from '../testing/trip-server.ts';
import { Interruption } from './exit-code.ts';

describe('baton run', () => {
  it('writes the answer alone on stdout, and what it lacks and that it is simulated on stderr', async () => {
    const { exitCode, stdout, stderr } = await baton(['run', 'Plan', 'a trip'], await serverEnding(tripGoal));
    expect(exitCode).toBe(3);
    expect(stdout).toBe('# Kyoto\n\nIn three days.\n');
    expect(stderr).toContain('task failed       prices (researcher)');
    expect(stderr).toContain('Missing from the answer:\n  prices: No price list was found.\n');
    expect(stderr).toMatch(/This answer is simulated: an emulator wrote it, not a model\.\n$/);
  });

  it('tells once why a goal ended early, and sources after the answer where both are read', async () => {
    const finishedEarly = 'The list suffices.';
    const goal = {
      ...tripGoal,
      finishedEarly,
      missing: [{ taskId: 'route', reason: `Not needed: ended early: ${finishedEarly}` }],
      citations: [{ taskId: 'list', description: 'Make the list.' }],
    };
    const screen = fakeTerminal();
    await baton(['run', 'Plan a trip'], { ...(await serverEnding(goal)), stdout: screen, stderr: screen });
    expect(screen.written()).toContain(
      'Missing from the answer:\n  route: Not needed: ended early.\n' +
        'This answer is simulated: an emulator wrote it, not a model.\nFinished early: The list suffices.\n' +
        '\n# Kyoto\n\nIn three days.\n\nSources:\n  [list] Make the list.\n',
    );
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

  it('sends every option, and a goal that begins with a dash', async () => {
    const server = await serverEnding(tripGoal);
    const flags =
      '--max-tasks 3 --worker-type writer --worker-type coder --decomposition dynamic --deadline 10m';
    const more = [
      '--approval',
      '--webhook',
      'https://example.com/hook',
      '--idempotency-key',
      'k-1',
      '--detach',
    ];
    const { exitCode, stdout } = await baton(['run', ...flags.split(' '), ...more, '--', '-5 °C'], server);
    expect([exitCode, stdout]).toEqual([0, 'goal_1\n']);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers['idempotency-key']).toBe('k-1');
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      goal: '-5 °C',
      options: {
        maxTasks: 3,
        workerTypes: ['writer', 'coder'],
        decomposition: 'dynamic',
        deadline: '10m',
        approval: true,
      },
      webhook: { url: 'https://example.com/hook' },
    });
  });

  it('sends how results are judged and the plan may change', async () => {
    const server = await serverEnding(tripGoal);
    const flags =
      '--review-rounds 2 --judges 3 --max-replans 1 --finish-early --task-timeout 5m --cache read';
    await baton(['run', 'x', ...flags.split(' '), '--detach'], server);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      goal: 'x',
      options: {
        reviewRounds: 2,
        judges: 3,
        maxReplans: 1,
        finishEarly: true,
        taskTimeout: '5m',
        cache: 'read',
      },
    });
  });

  it('sends what may be spent, and how calls are made', async () => {
    const server = await serverEnding(tripGoal);
    const flags =
      '--max-tokens 200000 --max-cost 2.5 --task-max-tokens 9 --task-max-cost .01 --relaxed --hedge --single-flight';
    await baton(['run', 'x', ...flags.split(' '), '--detach'], server);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      goal: 'x',
      options: {
        budget: { maxTokens: 200_000, maxCostUsd: 2.5 },
        taskBudget: { maxTokens: 9, maxCostUsd: 0.01 },
        latency: 'relaxed',
        hedge: true,
        singleFlight: true,
      },
    });
    expect(await baton(['run', 'x', '--max-cost', '0'], server)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('US dollars above 0'),
    });
  });

  it('runs the example of a recipe', async () => {
    const report = { name: 'report', exampleGoal: 'Report on buses', exampleContext: 'Twelve buses' };
    const recipes = json(200, { items: [report] });
    const server = await startStubServer({
      'GET /v1/recipes': [recipes, recipes],
      'POST /v1/goals': [json(202, tripGoal)],
    });
    await baton(['run', '--recipe', 'report', '--example', '--detach'], server);
    expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({
      goal: 'Report on buses',
      context: 'Twelve buses',
      recipe: 'report',
    });
    expect(await baton(['run', '--recipe', 'trip', '--example'], server)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('There is no recipe "trip". This server knows report.'),
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
