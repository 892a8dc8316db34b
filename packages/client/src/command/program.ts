import { Command } from '@commander-js/extra-typings';
import { clientVersion } from './client-version.ts';
import type { Actions, Surroundings } from './context.ts';
import { DEFAULT_URL } from './flags.ts';
import { analytics } from './analytics.ts';
import { approve } from './approve.ts';
import { calls } from './calls.ts';
import { cancel } from './cancel.ts';
import { completion } from './completion/completion.ts';
import { deliveries } from './deliveries.ts';
import { doctor } from './doctor/doctor.ts';
import { evaluate } from './eval/eval.ts';
import { feedback } from './feedback.ts';
import { get } from './get.ts';
import { keys } from './keys.ts';
import { list } from './list.ts';
import { mcp } from './mcp.ts';
import { plan } from './plan.ts';
import { recipes } from './recipes.ts';
import { reject } from './reject.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { stats } from './stats.ts';
import type { AddCommand } from './subcommand.ts';
import { top } from './top/top.ts';
import { usage } from './usage.ts';
import { watch } from './watch.ts';
import { webhooks } from './webhooks.ts';
import { workers } from './workers.ts';

/** In the order in which help lists them. */
const commands: readonly AddCommand[] = [
  run,
  watch,
  get,
  list,
  cancel,
  retry,
  approve,
  reject,
  feedback,
  deliveries,
  calls,
  plan,
  recipes,
  evaluate,
  workers,
  stats,
  usage,
  top,
  analytics,
  doctor,
  mcp,
  keys,
  webhooks,
  completion,
];

const epilogue = `
baton <command> --help says more.
BATON_URL names the server (${DEFAULT_URL} unless set), BATON_API_KEY holds the key.

Exit codes: 0 all is well, or the goal succeeded; 2 the command line or the request is not right;
3 the goal partially succeeded; 4 it failed; 5 it was cancelled or expired; 6 no server can be asked;
7 its plan waits for approval.`;

const PIPE_COLUMNS = 100;

/** Columns for help. */
function helpWidth(columns: number): number {
  return Number.isFinite(columns) ? columns : PIPE_COLUMNS;
}

/** The `baton` command line. It never ends the process: what Commander would exit for, it throws. */
export function createProgram(
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
  actions: Actions,
): Command {
  const program = new Command('baton')
    .description('Hands goals to a Baton server, follows them, and looks after it.')
    .version(clientVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', epilogue)
    .showHelpAfterError('See baton --help.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(`baton: ${oneSentence(text)}\n`),
      getOutHelpWidth: () => helpWidth(stdout.columns),
      getErrHelpWidth: () => helpWidth(stderr.columns),
      getOutHasColors: () => stdout.color,
      getErrHasColors: () => stderr.color,
    });
  for (const add of commands) add(program, actions);
  return program;
}

/** Commander's messages begin with "error: " and put what one may have meant on a line of its own. */
function oneSentence(message: string): string {
  return message
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
}
