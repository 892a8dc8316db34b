/** `baton eval` as somebody runs it who has changed a prompt: a run that is kept, and one against it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { useSharedBaton } from './baton.ts';

const BIN = fileURLToPath(new URL('../packages/client/bin/baton.mjs', import.meta.url));
const baton = useSharedBaton();

interface Report {
  readonly simulated: boolean;
  readonly goals: readonly {
    readonly name: string;
    readonly status: string;
    readonly score: number | null;
  }[];
  readonly totals: readonly { readonly prompts: Record<string, string>; readonly goals: number }[];
  readonly comparison?: { readonly changedPrompts: readonly string[]; readonly goals: readonly object[] };
}

function evaluate(
  args: readonly string[],
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const { PATH, HOME } = process.env;
  return new Promise((resolve) => {
    const env = { PATH, HOME, BATON_URL: baton.api.url };
    const child = execFile(process.execPath, [BIN, 'eval', ...args], { env }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

test('a set of goals is scored, kept, and compared with itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-eval-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [set, kept] = [join(folder, 'set.json'), join(folder, 'kept.json')];
  const goals = [
    { name: 'tea', goal: 'Compare tea and coffee for a small office', options: { maxTasks: 4 } },
    { name: 'never', goal: 'Compare ferries and bridges', expect: { mentions: ['not in any answer: 7f3a'] } },
  ];
  await writeFile(set, JSON.stringify(goals));

  const first = await evaluate([set, '--save', kept]);
  expect(first, first.stderr).toMatchObject({ exitCode: 4 });
  expect(first.stdout).toMatch(/^tea +succeeded +[01]\.\d\d .* emulator +yes$/m);
  expect(first.stdout).toContain('no: The answer does not mention "not in any answer: 7f3a".');
  expect(first.stderr).toContain('simulated');

  const second = await evaluate([set, '--only', 'tea', '--against', kept, '-o', 'json']);
  expect(second, second.stderr).toMatchObject({ exitCode: 0 });
  const report = JSON.parse(second.stdout) as Report;
  expect(report).toMatchObject({ simulated: true, goals: [{ name: 'tea', status: 'succeeded' }] });
  expect(report.totals).toMatchObject([
    { goals: 1, prompts: { planner: expect.stringContaining('planner') } },
  ]);
  expect(report.comparison).toMatchObject({ changedPrompts: [], goals: [{ name: 'tea' }] });
  expect((JSON.parse(await readFile(kept, 'utf8')) as Report).goals).toHaveLength(2);
});
