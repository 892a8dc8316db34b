import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = join(ROOT, 'packages/client/bin/baton.mjs');

/** What docs/patterns.md shows under one heading. */
export interface DocumentedCommand {
  readonly heading: string;
  /** The stack that it needs besides `npm start`: `NAME=value …`; '' for none. */
  readonly setting: string;
  /** As it stands on the page. */
  readonly script: string;
}

/** Every shell block of the page, by the heading above it; throws where a heading has two. */
export function documentedCommands(): ReadonlyMap<string, DocumentedCommand> {
  const page = readFileSync(join(ROOT, 'docs/patterns.md'), 'utf8');
  const commands = new Map<string, DocumentedCommand>();
  let heading = '';
  for (const [, title, block] of page.matchAll(/^#+ (.+)$|^```sh\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) {
      heading = title;
      continue;
    }
    if (commands.has(heading)) throw new Error(`Two commands under "${heading}"`);
    const script = block ?? '';
    const setting = /^# (?<setting>.*) npm start$/m.exec(script)?.groups?.['setting'] ?? '';
    commands.set(heading, { heading, setting, script });
  }
  return commands;
}

/** A folder with an `npx` that runs the built command at once: npm takes longer than the goal does. */
function folderWithNpx(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-npx-'));
  const path = join(folder, 'npx');
  writeFileSync(path, `#!/bin/sh\nshift\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(path, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const npxFolder = folderWithNpx();

/** Runs a block in the checkout, against the server under this address. Resolves with what it printed, whatever it ended with. */
export function runScript(
  script: string,
  url: string,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { PATH = '', HOME } = process.env;
  const env = { HOME, PATH: `${npxFolder}${delimiter}${PATH}`, BATON_URL: url };
  return new Promise((resolve) => {
    execFile('sh', ['-c', `set -e\n${script}`], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
