import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewPlan } from '../client.ts';
import type { Surroundings } from './context.ts';
import { parseObject } from './given-file.ts';

export interface EditedPlan {
  /** As it was left, for another try. */
  readonly text: string;
  /** Null when the text is not a plan's. */
  readonly plan: NewPlan | null;
}

/** Has the text edited with `VISUAL` or `EDITOR`, and says on stderr what came of it. */
export async function editPlan(
  { environment, stderr }: Pick<Surroundings, 'environment' | 'stderr'>,
  text: string,
): Promise<EditedPlan> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-plan-'));
  const path = join(directory, 'plan.json');
  try {
    await writeFile(path, text, { mode: 0o600 });
    const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
    const failure = await openEditor(editor, path);
    if (failure !== null) {
      stderr.write(
        `The editor "${editor}" ${failure}. Set EDITOR to one that is here. The plan is as it was.\n`,
      );
      return { text, plan: null };
    }
    const after = await readFile(path, 'utf8');
    const plan = parseObject(after) as NewPlan | null;
    stderr.write(
      plan === null
        ? 'That is not a JSON object. Edit it again; until then the plan is as it was.\n'
        : verdict(after === text, plan),
    );
    return { text: after, plan };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function verdict(isSame: boolean, { tasks }: NewPlan): string {
  if (isSame) return 'The plan is as it was.\n';
  const count = Array.isArray(tasks) ? ` has ${tasks.length} tasks now and` : '';
  return `The plan${count} is checked when you say yes.\n`;
}

/** Null when the editor ended well, else what became of it. The file's path is never read as part of a command. */
function openEditor(editor: string, path: string): Promise<string | null> {
  const [shell, args]: [string, string[]] =
    process.platform === 'win32'
      ? ['cmd.exe', ['/d', '/c', `${editor} "${path}"`]]
      : ['/bin/sh', ['-c', `${editor} "$1"`, 'sh', path]];
  return new Promise((resolve) => {
    // On stderr, since stdout may be a file for the answer.
    const child = spawn(shell, args, { stdio: [0, 2, 2] });
    child.once('error', (error) => resolve(`can not be started: ${error.message}`));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `ended with ${signal ?? code}`));
  });
}
