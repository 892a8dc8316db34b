import { CommanderError } from '@commander-js/extra-typings';
import type { Actions, Surroundings } from './context.ts';
import { OK, USAGE } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { serverContext } from './server-context.ts';

/** Runs `baton` with the arguments after its name; resolves to the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = OK;
  let path: string | null = null;
  const actions: Actions = {
    here:
      (work) =>
      async (...given) => {
        path = pathOf(given.at(-1));
        exitCode = await work(surroundings, ...given);
      },
    onServer:
      (work) =>
      async (...given) => {
        path = pathOf(given.at(-1));
        exitCode = await work(serverContext(surroundings, urlIn(given.at(-2))), ...given);
      },
  };
  try {
    await createProgram(surroundings, actions).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    const report = reportError(error, path);
    for (const line of report.lines) surroundings.stderr.write(`${line}\n`);
    return report.exitCode;
  }
}

/** Commander hands an action its arguments, then the options, then the command. */
function pathOf(command: unknown): string {
  const { parent, name } = command as { parent: unknown; name: () => string };
  const own = name.call(command);
  return parent ? `${pathOf(parent)} ${own}` : own;
}

function urlIn(options: unknown): string | undefined {
  return (options as { url?: string }).url;
}
