import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { claimDataDirectory } from './data-directory.mjs';
import { isPortFree } from './ports.mjs';
import { SetupError, say, step } from './progress.mjs';
import { findRedis } from './redis.mjs';
import { runProgram } from './shutdown.mjs';
import { startStack } from './stack.mjs';

const defaultPort = 3000;
const usage = `npm start

Keeps the whole of Baton running on this machine until Ctrl-C. PORT is the port of the API (default ${defaultPort}), data is kept
in .baton/redis unless REDIS_URL or REDIS_SENTINELS names a server. Without ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL an emulator answers.
`;

/** @param {string[]} given */
function wantsHelp(given) {
  try {
    return (
      parseArgs({ args: given, options: { help: { type: 'boolean', short: 'h' } } }).values.help ?? false
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ', 1)[0] : String(error);
    throw new SetupError(`${reason}. Usage: [PORT=3000] npm start`, { exitCode: 2 });
  }
}

async function chosenPort() {
  const given = process.env['PORT'];
  const port = given ? Number(given) : defaultPort;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError(`PORT is "${given}": it must be a number from 1 to 65535.`);
  }
  if (await isPortFree(port, process.env['HOST'] || undefined)) return port;
  throw new SetupError(
    `Port ${port} is taken: stop what listens there, or choose another one, as in \`PORT=${port + 1} npm start\`.`,
  );
}

/** @param {import('./shutdown.mjs').Shutdown} shutdown */
async function startRedis(shutdown) {
  if (process.env['REDIS_URL'] || process.env['REDIS_SENTINELS']) return findRedis();
  const data = claimDataDirectory();
  shutdown.defer(data.lock.release);
  const redis = await findRedis({ dataDirectory: data.path, appendOnly: true });
  shutdown.defer(redis.stop);
  if (redis.pid !== null) data.lock.handOver(redis.pid);
  if (!data.isFirst) say(`another instance uses .baton/redis: this one keeps its data in ${data.path}`);
  return redis;
}

/** @param {import('./stack.mjs').Stack} stack */
function describe(stack) {
  const answers = stack.simulated
    ? 'simulated by the emulator (set ANTHROPIC_API_KEY for real ones)'
    : `from ${process.env['ANTHROPIC_BASE_URL'] || 'the Anthropic API'}`;
  const asksForKeys = Boolean(process.env['BATON_API_KEYS'] || process.env['BATON_API_KEYS_FILE']);
  const dashboard =
    asksForKeys && !process.env['DASHBOARD_PASSWORD'] && !process.env['DASHBOARD_LOGINS']
      ? 'off: set DASHBOARD_LOGINS, or DASHBOARD_USER and DASHBOARD_PASSWORD, to have it'
      : `${stack.url}/admin/queues`;
  const key = asksForKeys ? `-H "authorization: Bearer $BATON_API_KEY" ` : '';
  return `
  API        ${stack.url}/v1/goals
  Docs       ${stack.url}/docs
  Dashboard  ${dashboard}
  Answers    ${answers}

  curl -s ${stack.url}/v1/goals ${key}-H 'content-type: application/json' \\
    -d '{"goal": "Compare three ways to heat a house"}'

`;
}

/** @param {import('./shutdown.mjs').Shutdown} shutdown @returns {Promise<number>} */
async function start(shutdown) {
  const port = await chosenPort();
  await bootstrap();
  const redis = await step('Redis ready', () => startRedis(shutdown));
  say(`Redis: ${redis.how}`);
  const stack = await step('Baton ready', () => startStack({ redisUrl: redis.url, shutdown, port }));
  process.stdout.write(describe(stack));
  say('running: Ctrl-C stops it');
  throw await stack.failed;
}

await runProgram(
  async (shutdown) => {
    if (!wantsHelp(process.argv.slice(2))) return start(shutdown);
    process.stdout.write(usage);
    return 0;
  },
  { exitCodeOnSignal: 0 },
);
