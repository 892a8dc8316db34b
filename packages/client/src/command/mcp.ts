import { createClient } from '../client.ts';
import { reasonOf } from '../errors.ts';
import type { ServerContext } from './context.ts';
import { OK } from './exit-code.ts';
import { collect, urlOption, wholeNumber } from './flags.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { UsageError } from './usage-error.ts';

const LOOPBACK = '127.0.0.1';
/** Repetitions of a request that a tool call waits for. */
const MAX_RETRIES = 2;
/** Of listening at an address that was given. */
const wrongAddress: ReadonlySet<unknown> = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND']);

interface HttpFlags {
  readonly http: number;
  readonly host?: string | undefined;
  readonly allowHost?: string[] | undefined;
  readonly requireKey?: true | undefined;
}

export const mcp: AddCommand = (parent, actions) => {
  subcommand(parent, 'mcp', {
    group: 'The server',
    summary: 'serve MCP, so that agents can hand goals to Baton',
    more: `On stdin and stdout for the client that starts it, or over HTTP, with the tools submit_goal, get_goal,
list_goals and cancel_goal. On stdio it acts with BATON_API_KEY. Over HTTP callers send their own key
("Authorization: Bearer <key>"); one on this machine may leave it out, and acts with BATON_API_KEY.
The log goes to stderr.`,
    examples: [
      'baton mcp',
      'baton mcp --http 3333',
      'baton mcp --http 3333 --host 0.0.0.0 --allow-host mcp.example.com',
    ],
  })
    .option(
      '--http <port>',
      'serve Streamable HTTP at this port, 0 for any; else stdio',
      wholeNumber(0, 65_535),
    )
    .option('--host <address>', `with --http: where to listen; ${LOOPBACK} unless given`)
    .option(
      '--allow-host <name>',
      'with --http: a host name that clients call it by; may be repeated',
      collect,
    )
    .option('--require-key', 'with --http: take nothing without a key, from this machine neither')
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, { http, ...httpOnly }) => {
        if (http !== undefined) return overHttp(context, { http, ...httpOnly });
        const { host, allowHost, requireKey } = httpOnly;
        const unfit = Object.entries({
          '--host': host,
          '--allow-host': allowHost,
          '--require-key': requireKey,
        }).find(([, value]) => value !== undefined);
        if (unfit) throw new UsageError(`${unfit[0]} goes with --http.`);
        return overStdio(context);
      }),
    );
};

/** Late, so that no other command waits for it; who installs the client alone has none. */
async function loadMcp() {
  try {
    return await import('@baton/mcp');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message = 'This needs the package @baton/mcp of the same version: install it beside @baton/client';
    throw new UsageError(`${message} (${reasonOf(error)}).`, { cause: error });
  }
}

async function overStdio({ client, stderr, signal }: ServerContext): Promise<number> {
  const { serveStdio } = await loadMcp();
  const { stdin: input, stdout: output } = process;
  await serveStdio({ baton: client, log: logTo(stderr), stop: signal, input, output });
  return OK;
}

async function overHttp(
  { client, server, stderr, signal }: ServerContext,
  flags: HttpFlags,
): Promise<number> {
  const { http: port, host = LOOPBACK, allowHost: allowedHosts = [], requireKey = false } = flags;
  const { isNameless, serveHttp } = await loadMcp();
  if (isNameless({ host, allowedHosts })) {
    throw new UsageError(`--host is "${host}": say with --allow-host by which name clients call it there.`);
  }
  const log = logTo(stderr);
  try {
    await serveHttp({
      baton: client,
      batonFor: (apiKey) => createClient({ baseUrl: server.base, apiKey, maxRetries: MAX_RETRIES }),
      log,
      stop: signal,
      port,
      host,
      allowedHosts,
      requireKey,
      onListening: (url) => log(`listening on ${url}`),
    });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !wrongAddress.has(error.code)) throw error;
    throw new UsageError(`--http: can not listen at ${host}:${port}: ${reasonOf(error)}.`, { cause: error });
  }
  return OK;
}

function logTo(stderr: ServerContext['stderr']): (line: string) => void {
  return (line) => stderr.write(`baton mcp: ${line}\n`);
}
