import { describe, expect, it } from 'vitest';
import type { DryRun } from '../contract/plan.ts';
import { baton, fakeInput, givenFile } from '../testing/baton-command.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { tripGoal, usage } from '../testing/sample-goal.ts';
import { json, problem, startStubServer, type StubServer } from '../testing/stub-server.ts';

const tasks = tripGoal.plan?.tasks ?? [];
const made: DryRun = {
  mode: 'plan',
  analysis: 'Sights first.',
  tasks,
  answer: null,
  simulated: true,
  usage: usage(1, 1_200, 300, 0.01),
  forecast: null,
};

function planning(reply: DryRun): Promise<StubServer> {
  return startStubServer({ 'POST /v1/plans': [json(200, reply)] });
}

function bodyOf({ requests }: StubServer): unknown {
  return JSON.parse(requests[0]?.body ?? '');
}

describe('baton plan', () => {
  it('tells what the plan would take on stderr, and asks with the budget that is given', async () => {
    const part = { model: 'm', tokens: 10, costUsd: 0, seconds: 1, samples: 3, basis: 'history' } as const;
    const forecast = { ...part, synthesis: part, tasks: [], budget: null, warnings: [] };
    const server = await planning({ ...made, forecast });
    const flags = ['--max-tokens', '9000', '--task-max-cost', '0.5', '--relaxed'];
    const { stdout, stderr } = await baton(['plan', 'Plan a trip', ...flags], server);
    expect(stderr).toMatch(/^Forecast: 10 tokens · \$0 · 1\.0s\n/);
    expect(stdout).not.toContain('Forecast');
    expect(bodyOf(server)).toMatchObject({
      options: { budget: { maxTokens: 9_000 }, taskBudget: { maxCostUsd: 0.5 }, latency: 'relaxed' },
    });
  });

  it('shows the tasks as a tree, with what each waits for', async () => {
    const { exitCode, stdout, stderr } = await baton(['plan', 'Plan a', 'trip'], await planning(made));
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`Sights first.

TASK     WORKER      PRIORITY  COMPLEXITY  AFTER   DESCRIPTION
sights   researcher  medium    medium              Find it out
  route  analyzer    medium    medium      sights  Find it out
`);
    expect(stderr).toBe(
      '1 model call · 1.2k tokens in, 300 out · $0.0100. Nothing runs.\nThis plan is simulated: an emulator made it, not a model.\n',
    );
  });

  it('shows on a terminal all that the tasks are told', async () => {
    const told = tasks.map((task) => ({ ...task, requirements: ['Name a source for every price'] }));
    const { stdout } = await baton(['plan', 'x'], {
      ...(await planning({ ...made, analysis: 'Sights first.\nThen the route between them.', tasks: told })),
      stdout: fakeTerminal(24),
    });
    expect(stdout.split('\n')).toEqual([
      'Sights first.',
      'Then the route between',
      'them.',
      '',
      'sights  researcher  med…',
      '  Find it out',
      '  - Name a source for',
      '    every price',
      '  route  analyzer  medi…',
      '    ← sights',
      '    Find it out',
      '    - Name a source for',
      '      every price',
      '',
    ]);
  });

  it('prints a plan that run takes', async () => {
    const { stdout } = await baton(['plan', 'x', '-o', 'json'], await planning(made));
    expect(JSON.parse(stdout)).toEqual({ analysis: 'Sights first.', tasks });
    const server = await startStubServer({ 'POST /v1/goals': [json(202, tripGoal)] });
    await baton(['run', 'x', '--plan', '-', '--detach'], { ...server, stdin: fakeInput(stdout) });
    expect(bodyOf(server)).toEqual({ goal: 'x', plan: { analysis: 'Sights first.', tasks } });
  });

  it('sends what its flags say', async () => {
    const server = await planning(made);
    const flags = [
      '--max-tasks',
      '4',
      '--worker-type',
      'writer',
      '--worker-type',
      'coder',
      '--decomposition',
      'dynamic',
    ];
    await baton(['plan', 'x', '--context', 'by train', '--recipe', 'report', ...flags], server);
    expect(bodyOf(server)).toEqual({
      goal: 'x',
      context: 'by train',
      recipe: 'report',
      options: { maxTasks: 4, workerTypes: ['writer', 'coder'], decomposition: 'dynamic' },
    });
  });

  it('says so when a goal needs no plan, and what it would be answered', async () => {
    const direct: DryRun = { ...made, mode: 'direct', tasks: [], answer: '42' };
    const { stdout, stderr } = await baton(['plan', 'x'], await planning(direct));
    expect(stdout).toBe('42\n');
    expect(stderr).toContain('This goal needs no plan: it would be answered at once.\n');
  });

  it('exits with 4 when the model can not make one', async () => {
    const failed = problem(502, 'model_failed', 'The model made no lawful plan in three attempts.');
    const server = await startStubServer({ 'POST /v1/plans': [failed] });
    expect(await baton(['plan', 'x'], server)).toMatchObject({
      exitCode: 4,
      stderr: 'baton: The model made no lawful plan in three attempts.\n',
    });
  });
});

describe('baton plan --check', () => {
  const violations = [
    { law: 'known_workers', path: 'tasks[0].worker', taskId: 'a', message: 'names no worker type.' },
    { law: 'task_limit', path: '', taskId: null, message: 'has too many tasks.' },
  ];

  it('exits with 2 and every violation when the plan breaks a law', async () => {
    const path = await givenFile('plan.json', '{"tasks": []}');
    const reply = json(200, { valid: false, violations });
    const server = await startStubServer({ 'POST /v1/plans/validate': [reply, reply] });
    const args = ['plan', '--check', path, '--max-tasks', '3'];
    expect(await baton(args, server)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'The plan is not valid:\n  tasks[0].worker: names no worker type.\n  has too many tasks.\n',
    });
    expect(bodyOf(server)).toEqual({ plan: { tasks: [] }, options: { maxTasks: 3 } });
    const { exitCode, stdout } = await baton([...args, '-o', 'json'], server);
    expect([exitCode, JSON.parse(stdout)]).toEqual([2, { valid: false, violations }]);
  });

  it('exits with 0 when it keeps them all', async () => {
    const server = await startStubServer({
      'POST /v1/plans/validate': [json(200, { valid: true, violations: [] })],
    });
    const given = { ...server, stdin: fakeInput('{"tasks": []}') };
    expect(await baton(['plan', '--check', '-'], given)).toEqual({
      exitCode: 0,
      stdout: 'The plan is valid.\n',
      stderr: '',
    });
  });
});
