import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './paths.mjs';
import { freePort } from './ports.mjs';
import { startPart } from './stack-part.mjs';

// Nobody waits half a minute after Ctrl-C; what was cut off runs again at the next start.
const quickShutdown = '5s';
const keptRuns = 20;

/** @typedef {import('./stack-part.mjs').StackPart} StackPart */

/**
 * @typedef {object} Stack
 * @property {string} url of the HTTP API
 * @property {boolean} simulated whether the emulator answers in place of a model
 * @property {Promise<import('./progress.mjs').SetupError>} failed resolves when a part ends that nobody stopped
 */

/** Whether the emulator answers: no key and no other server is given. @param {NodeJS.ProcessEnv} environment */
function isSimulated(environment) {
  return !environment['ANTHROPIC_API_KEY'] && !environment['ANTHROPIC_BASE_URL'];
}

/**
 * The programs of this checkout on one machine: the emulator unless a key or another server is given, the
 * orchestrator, one worker process. Resolves when all are ready.
 * @param {object} options
 * @param {string} options.redisUrl
 * @param {import('./shutdown.mjs').Shutdown} options.shutdown stops the parts, in reverse order
 * @param {NodeJS.ProcessEnv} [options.environment]
 * @param {number} [options.port] of the API; without it any free one
 * @param {string} [options.root] the folder that holds `apps` and `packages`
 * @returns {Promise<Stack>}
 */
export async function startStack({
  redisUrl,
  shutdown,
  environment = process.env,
  port,
  root = repositoryRoot,
}) {
  const logDirectory = newLogDirectory(join(root, '.baton', 'logs'));
  /** @type {NodeJS.ProcessEnv} */
  const settings = {
    ...environment,
    REDIS_URL: redisUrl,
    SHUTDOWN_GRACE: environment['SHUTDOWN_GRACE'] || quickShutdown,
  };
  /** @type {StackPart[]} */
  const parts = [];

  /** @param {string} name @param {string} program @param {NodeJS.ProcessEnv} own */
  function start(name, program, own) {
    const environmentOfPart = { ...settings, ...own };
    const part = startPart({
      name,
      program: join(root, program),
      environment: environmentOfPart,
      logDirectory,
    });
    parts.push(part);
    shutdown.defer(part.stop);
    return part.ready;
  }

  const simulated = isSimulated(environment);
  if (simulated) {
    settings['ANTHROPIC_BASE_URL'] = await start('emulator', 'packages/emulator/dist/main.js', {
      HOST: '127.0.0.1',
      EMULATOR_PORT: '0',
    });
    settings['ANTHROPIC_API_KEY'] = 'emulator';
  }
  const apiPort = port ?? (await freePort());
  const [url] = await Promise.all([
    start('orchestrator', 'apps/orchestrator/dist/main.js', { PORT: String(apiPort) }),
    start('worker', 'apps/worker/dist/main.js', { HEALTH_PORT: String(await freePort()), PORT: undefined }),
  ]);
  return { url, simulated, failed: Promise.race(parts.map((part) => part.failed)) };
}

/** @param {string} parent one folder per run, the oldest ones are removed */
function newLogDirectory(parent) {
  const directory = join(parent, `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  const runs = readdirSync(parent).sort();
  for (const run of runs.slice(0, -keptRuns)) rmSync(join(parent, run), { recursive: true, force: true });
  return directory;
}
