import { createClient } from '../client.ts';
import { SettingError } from '../errors.ts';
import { cancel } from './cancel.ts';
import { UsageError, type Command, type CommandContext } from './command.ts';
import { OK, USAGE } from './exit-code.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { retry } from './retry.ts';
import { reportError } from './report-error.ts';
import { run } from './run.ts';
import { watch } from './watch.ts';
import { workers } from './workers.ts';

const commands: readonly Command[] = [run, watch, get, cancel, retry, list, workers];
const DEFAULT_URL = 'http://127.0.0.1:3000';

/** What the process brings to every command. */
export interface Surroundings extends Omit<CommandContext, 'client' | 'sameServer'> {
  /** `BATON_URL`, empty when not set. */
  readonly url: string;
  /** `BATON_API_KEY`, empty when not set. */
  readonly apiKey: string;
}

const help = `baton <command> [flags]

${commands.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary.split('\n', 1).join('')}`).join('\n')}

baton <command> --help says more. BATON_URL names the server (${DEFAULT_URL} unless set), BATON_API_KEY holds the key.
`;

function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const known = commands.map((candidate) => candidate.name);
  throw new UsageError(`There is no command "${name}". Known: ${known.join(', ')}.`);
}

function openClient(url: string | null, surroundings: Surroundings): CommandContext['client'] {
  const baseUrl = (url ?? surroundings.url) || DEFAULT_URL;
  try {
    return createClient({ baseUrl, apiKey: surroundings.apiKey });
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const urlSource = url === null ? 'BATON_URL' : '--url';
    const source = error.setting === 'apiKey' ? 'BATON_API_KEY' : urlSource;
    throw new UsageError(`${source}: ${error.message}`, { cause: error });
  }
}

async function obey(command: Command, args: readonly string[], surroundings: Surroundings): Promise<number> {
  const invocation = command.read(args);
  if (invocation === 'help') {
    surroundings.stdout.write(command.help);
    return OK;
  }
  const { url } = invocation;
  return invocation.run({
    ...surroundings,
    client: openClient(url, surroundings),
    sameServer: url === null ? '' : `--url ${url}`,
  });
}

/** Runs `baton` with the arguments after its name; resolves to the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? stderr : stdout).write(help);
    return name === undefined ? USAGE : OK;
  }
  let command: Command | null = null;
  try {
    command = findCommand(name);
    return await obey(command, rest, surroundings);
  } catch (error) {
    const { exitCode, lines } = reportError(error, command?.name ?? null);
    for (const line of lines) stderr.write(`${line}\n`);
    return exitCode;
  }
}
