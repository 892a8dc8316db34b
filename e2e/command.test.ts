import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Goal } from '@baton/shared/contract/goal';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';
import type { Environment } from './program.ts';
import { until } from './until.ts';

const BIN = fileURLToPath(new URL('../packages/client/bin/baton.mjs', import.meta.url));

interface Made {
  readonly key: string;
  readonly entry: string;
}

function makeKey(...flags: string[]): Made {
  const args = [BIN, 'keys', 'create', '--tenant', 'acme', ...flags, '-o', 'json'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })) as Made;
}

const owner = makeKey();
const reader = makeKey('--scopes', 'read');
const baton = useBaton({ orchestrator: { BATON_API_KEYS: `${owner.entry},${reader.entry}` } });

function environment(more: Environment = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, BATON_URL: baton.api.url, BATON_API_KEY: owner.key, ...more };
}

interface Command {
  readonly process: ChildProcess;
  readonly stderr: () => string;
  readonly ended: Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}

/** The command as a process of its own, its input closed after `input`. */
function start(args: readonly string[], more: Environment = {}, input = ''): Command {
  const child = spawn(process.execPath, [BIN, ...args], { env: environment(more) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    process: child,
    stderr: () => stderr,
    ended: new Promise((resolve) => {
      child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    }),
  };
}

function run(args: readonly string[], more: Environment = {}, input = ''): Command['ended'] {
  return start(args, more, input).ended;
}

async function goalOf(args: readonly string[], exitCode: number): Promise<Goal> {
  const result = await run([...args, '-o', 'json']);
  expect(result, result.stderr).toMatchObject({ exitCode });
  return JSON.parse(result.stdout) as Goal;
}

describe('a goal', () => {
  test('is run, its progress told on stderr and its answer on stdout alone', async () => {
    const { exitCode, stdout, stderr } = await run(['run', 'Compare tea and coffee for a small office']);
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/goal planned .*\n[^]*goal succeeded/)]);
    const [id = ''] = /goal_\w+/.exec(stderr) ?? [];
    const kept = await goalOf(['get', id], 0);
    expect(stdout.trimEnd()).toBe(kept.output?.trimEnd());
  });

  test('is submitted once under a key of its own, found by its label, and watched to its end', async () => {
    const submit = [
      'run',
      'What is 6 + 7?',
      '--label',
      'suite=command',
      '--idempotency-key',
      'once',
      '--detach',
    ];
    const [first, second] = [await run(submit), await run(submit)];
    expect(first).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^goal_\w+\n$/) });
    expect(second.stdout).toBe(first.stdout);
    const id = first.stdout.trim();
    expect(await run(['watch', id])).toMatchObject({ exitCode: 0 });
    const { stdout } = await run(['list', '--label', 'suite=command', '--status', 'succeeded']);
    expect(stdout.split('\n').slice(1)).toEqual([expect.stringMatching(`^${id}  succeeded`), '']);
    expect(await run(['feedback', id, '--score', '0.5'])).toMatchObject({ stdout: `Kept with ${id}.\n` });
    expect(await run(['deliveries', id])).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('goes on when the command is interrupted, and is cancelled by another', async () => {
    const goal = 'Compare ferries and bridges for an island';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const command = start(['run', goal]);
    await until('the goal is planned', async () => /goal accepted/.test(command.stderr()));
    command.process.kill('SIGINT');
    const { exitCode, stderr } = await command.ended;
    expect(exitCode).toBe(130);
    const [, id = ''] = /Goal (goal_\w+) goes on without this command/.exec(stderr) ?? [];
    expect(await run(['cancel', id])).toMatchObject({ exitCode: 0, stdout: `${id} cancelled\n` });
    expect(await run(['watch', id])).toMatchObject({ exitCode: 5, stdout: '' });
  });

  test('is no fault of the command when whoever read its answer has gone', async () => {
    const command = start(['run', 'What is 9 + 9?']);
    command.process.stdout?.destroy();
    expect(await command.ended).toMatchObject({ exitCode: 0 });
  });
});

describe('a plan', () => {
  const lawful = plan(task('sights'), task('route', ['sights'], 'writer'));

  test('is made without running it, checked, and run', async () => {
    const made = await run(['plan', 'Compare trams and buses for a town', '-o', 'json']);
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    const document = JSON.parse(made.stdout) as { tasks: { id: string }[] };
    expect(document.tasks.length).toBeGreaterThan(1);
    const valid = { exitCode: 0, stdout: 'The plan is valid.\n' };
    expect(await run(['plan', '--check', '-'], {}, made.stdout)).toMatchObject(valid);
    const ran = await run(['run', 'Compare trams', '--plan', '-', '-o', 'json'], {}, made.stdout);
    const { tasks } = JSON.parse(ran.stdout) as Goal;
    expect(tasks.map(({ id }) => id)).toEqual(document.tasks.map(({ id }) => id));
  });

  test('that breaks laws is told with each of them, and exit code 2', async () => {
    const unlawful = JSON.stringify(plan(task('a', ['b'], 'nobody')));
    const { exitCode, stdout, stderr } = await run(
      ['plan', '--check', '-', '--decomposition', 'constrained'],
      {},
      unlawful,
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^The plan is not valid:\n {2}tasks\[0\]\.\S+: .*\n {2}tasks\[0\]\.\S+: /);
  });

  test('waits for approval, is shown, edited and approved', async () => {
    const submit = ['run', 'Plan a trip to Kyoto', '--plan', '-', '--approval'];
    const { exitCode, stdout, stderr } = await run(submit, {}, JSON.stringify(lawful));
    expect([exitCode, stdout]).toEqual([7, '']);
    const [, id = ''] = /approve it: {2}npx baton approve (goal_\w+)/.exec(stderr) ?? [];
    const shown = await run(['get', id, '--plan', '-o', 'json']);
    const edited = JSON.parse(shown.stdout) as typeof lawful;
    edited.tasks.splice(1);
    const approved = await run(['approve', id, '--plan', '-', '-o', 'json'], {}, JSON.stringify(edited));
    expect(approved, approved.stderr).toMatchObject({ exitCode: 0 });
    expect((JSON.parse(approved.stdout) as Goal).tasks.map((one) => one.id)).toEqual(['sights']);
  });

  test('is rejected with a reason', async () => {
    const { id } = await goalOf(['run', 'Compare fast and slow trains', '--approval'], 7);
    expect(await run(['reject', id, '--reason', 'Too slow'])).toMatchObject({
      exitCode: 0,
      stdout: `${id} cancelled\n`,
    });
    const { error } = await goalOf(['get', id], 0);
    expect(error?.type).toBe('plan_rejected');
  });
});

describe('a key', () => {
  test('does what its scopes say', async () => {
    const key = { BATON_API_KEY: reader.key };
    expect(await run(['workers'], key)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run(['run', 'What is 1 + 1?'], key)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await run(['workers'], { BATON_API_KEY: 'baton_unknown' })).toMatchObject({
      exitCode: 2,
      stdout: '',
    });
  });
});

describe('the doctor', () => {
  interface Examination {
    ok: boolean;
    checks: { check: string; state: string }[];
  }
  const states = ({ checks }: Examination): object =>
    Object.fromEntries(checks.map(({ check, state }) => [check, state]));

  test('finds no problem with a Baton that is well', async () => {
    const more = {
      REDIS_URL: inject('redisUrl'),
      ANTHROPIC_BASE_URL: baton.emulator.url,
      ANTHROPIC_API_KEY: 'x',
    };
    const { exitCode, stdout } = await run(['doctor', '-o', 'json'], more);
    const found = JSON.parse(stdout) as Examination;
    expect([exitCode, found.ok], stdout).toEqual([0, true]);
    expect(states(found)).toMatchObject({
      server: 'ok',
      clock: 'ok',
      readiness: 'ok',
      version: 'ok',
      key: 'ok',
      workers: 'ok',
      'redis version': 'ok',
      'redis eviction': 'ok',
      model: 'ok',
    });
    expect(stdout).not.toContain(owner.key);
  });

  test('tells a key that may not do all', async () => {
    const { exitCode, stdout } = await run(['doctor'], { BATON_API_KEY: reader.key });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('the key is accepted, but not for submit and operate; read works');
  });
});

test('what the server has is printed as the API says it', async () => {
  const { stdout } = await run(['workers', '-o', 'json']);
  expect(JSON.parse(stdout)).toEqual(await baton.api.withKey(owner.key).json('GET', '/v1/worker-types', 200));
  expect((await run(['stats'])).stdout).toMatch(/^QUEUE .*\n[^]*researcher /);
});

/** What bash offers after each of these lines of words, of which the last is at the cursor. */
function completed(...lines: readonly (readonly string[])[]): string[][] {
  const directory = mkdtempSync(join(tmpdir(), 'baton-completion-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const program = join(directory, 'baton');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(program, 0o755);
  const asked = lines.map(
    (words) => `COMP_WORDS=(baton ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_baton_completion
echo "\${COMPREPLY[*]}"`,
  );
  const script = `eval "$(baton completion bash)"\n${asked.join('\n')}`;
  const env = environment({ PATH: `${directory}:${process.env['PATH'] ?? ''}` });
  const options = { env, cwd: directory, encoding: 'utf8', stdio: 'pipe' } as const;
  const offered = execFileSync('bash', ['-c', script], options).trimEnd().split('\n');
  return offered.map((line) => line.split(' '));
}

test('bash completes commands, flags, values, files and the ids of goals', async () => {
  const { stdout } = await run(['run', 'What is 2 + 3?', '--detach']);
  const id = stdout.trim();
  expect(
    completed(
      ['re'],
      ['run', '--pri'],
      ['run', '--priority', '=', 'm'],
      ['run', '--context', '@ba'],
      ['watch', id.slice(0, -4)],
    ),
  ).toEqual([['retry', 'reject', 'recipes'], ['--priority'], ['medium'], ['@baton'], [id]]);
});
