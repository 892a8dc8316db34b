import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { capture } from '../../scripts/processes.mjs';
import { startCommand, type Environment, type Program } from '../program.ts';

type Command = readonly [string, ...string[]];

const RUN_WITHIN = 40_000;

/** The folder that the READMEs of the examples start from. */
const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Runs an example to its end, as its README says. */
export function runExample(
  [file, ...given]: Command,
  environment: Environment,
): Promise<{ code: number; stdout: string; output: string }> {
  const { PATH, HOME, TMPDIR } = process.env;
  return capture(file, given, {
    cwd: repository,
    environment: { PATH, HOME, TMPDIR, ...environment },
    timeoutMs: RUN_WITHIN,
  });
}

/** Starts an example that serves; resolves with its address once it has printed it. */
export async function startExample(
  { onTestFailed, onTestFinished }: Pick<TestContext, 'onTestFailed' | 'onTestFinished'>,
  command: Command,
  environment: Environment,
): Promise<{ program: Program<string>; url: string }> {
  const program = startCommand(command.join(' '), command, { environment, folder: repository });
  onTestFailed(() => void process.stderr.write(`--- ${program.name}\n${program.output()}\n`));
  onTestFinished(() => program.kill());
  const [, url = ''] = await program.printed(/^listening on (http:\/\/\S+)/m);
  return { program, url };
}
