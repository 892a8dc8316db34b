import { mkdirSync } from 'node:fs';
import { hasDebianPackages } from './debian/apt.mjs';
import { programOnPath } from './processes.mjs';
import { SetupError, say } from './progress.mjs';
import { debianServer } from './redis/debian-package.mjs';
import { dockerAnswers, startContainer } from './redis/docker.mjs';
import { ping } from './redis/ping.mjs';
import { startServer, usableVersion } from './redis/server.mjs';

/**
 * `how` says where it came from, for people. `stop` does nothing to a server that was not started here; it may be
 * called twice. `pid` is the server's own, where there is one.
 * @typedef {{ url: string, how: string, pid: number | null, stop: () => Promise<void> }} Redis
 */

/**
 * @typedef {object} RedisOptions
 * @property {NodeJS.ProcessEnv} [environment]
 * @property {string | undefined} [dataDirectory] kept; without it the data goes with the server
 * @property {boolean} [appendOnly] write an append-only file, so that data survives a crash of the server
 */

/**
 * A Redis server: what `REDIS_SENTINELS` or `REDIS_URL` names; else one started privately from a program on PATH; else from the distribution's
 * package, unpacked without root; else in Docker. Throws `SetupError` with what to do when there is none.
 * @param {RedisOptions} [options]
 * @returns {Promise<Redis>}
 */
export async function findRedis({ environment = process.env, dataDirectory, appendOnly = false } = {}) {
  const { REDIS_URL: url, REDIS_SENTINELS: sentinels } = environment;
  // Beside Sentinels the host of an address is nobody's.
  if (sentinels) return foreign(url || 'redis://127.0.0.1:6379', 'REDIS_SENTINELS');
  if (url) return givenRedis(url);
  return localRedis({ environment, dataDirectory, appendOnly });
}

/**
 * Like `findRedis`, without what the environment names.
 * @param {RedisOptions} [options]
 * @returns {Promise<Redis>}
 */
export async function localRedis({ environment = process.env, dataDirectory, appendOnly = false } = {}) {
  if (dataDirectory) mkdirSync(dataDirectory, { recursive: true });
  const found = await findServerProgram(environment);
  if ('server' in found) {
    return started(await startServer(found.server, { dataDirectory, appendOnly }), found.how);
  }
  const { refusals } = found;

  if (await dockerAnswers()) {
    const container = await startContainer({ dataDirectory, appendOnly });
    if ('url' in container) return started({ ...container, pid: null }, 'Docker');
    refusals.push(container.refused);
  }
  for (const refusal of refusals) say(refusal);
  throw new SetupError(`No Redis here. ${advice()}`);
}

/**
 * A server program that runs here: from PATH, else from the distribution's package.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ server: import('./redis/server.mjs').ServerProgram, how: string } | { refusals: string[] }>}
 */
async function findServerProgram(environment) {
  /** @type {string[]} */
  const refusals = [];
  for (const name of ['redis-server', 'valkey-server']) {
    const program = programOnPath(name, environment);
    if (!program) continue;
    const server = { program, environment, name };
    const version = await usableVersion(server);
    if (version) return { server, how: `${name} ${version} on PATH` };
    refusals.push(`${program} does not run or is older than 6.2`);
  }
  if (hasDebianPackages()) {
    const found = await debianServer(environment);
    if ('server' in found) return { server: found.server, how: found.server.name };
    refusals.push(found.refused);
  }
  return { refusals };
}

/**
 * For those who start it themselves, to kill it and start it again on its data.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<import('./redis/server.mjs').ServerProgram>}
 */
export async function serverProgram(environment = process.env) {
  const found = await findServerProgram(environment);
  if ('server' in found) return found.server;
  for (const refusal of found.refusals) say(refusal);
  throw new SetupError(`No Redis server program here. ${advice()}`);
}

/** @param {{ url: string, pid: number | null, stop: () => Promise<void> }} server @param {string} how @returns {Redis} */
function started(server, how) {
  /** @type {Promise<void> | null} */
  let stopping = null;
  return {
    url: server.url,
    how,
    pid: server.pid,
    stop: () => {
      stopping ??= server.stop();
      return stopping;
    },
  };
}

/** @param {string} url @returns {Promise<Redis>} */
async function givenRedis(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === 'redis:' && parsed.hostname && !parsed.host.includes(',')) {
    const host = parsed.hostname.replace(/^\[|\]$/g, '');
    const port = Number(parsed.port || 6379);
    const answer = await ping({ host, port, timeoutMs: 5_000 });
    if (answer.state === 'silent') {
      throw new SetupError(
        `REDIS_URL names ${host}:${port}, but no Redis answers there (${answer.reason}): start it, or unset REDIS_URL to let Baton bring its own.`,
      );
    }
  }
  return foreign(url, 'REDIS_URL');
}

/** @param {string} url @param {string} how @returns {Redis} */
function foreign(url, how) {
  return { url, how, pid: null, stop: async () => {} };
}

/** One sentence for the platform this runs on. */
function advice() {
  const { platform } = process;
  if (platform === 'darwin') {
    return 'Run `brew install redis` (or start Docker Desktop), or set REDIS_URL to a server you have, and try again.';
  }
  if (platform === 'win32') {
    return 'Start Docker Desktop, or work inside WSL 2, or set REDIS_URL to a server you have, and try again.';
  }
  return `${unixAdvice()}, or start Docker, or set REDIS_URL to a server you have, and try again.`;
}

function unixAdvice() {
  if (programOnPath('apt-get'))
    return 'Connect to the network once (or run `apt-get install redis-server` as root)';
  if (programOnPath('apk')) return 'Run `apk add redis` as root';
  if (programOnPath('dnf')) return 'Run `dnf install valkey` (older Fedora: `dnf install redis`) as root';
  if (programOnPath('pacman')) return 'Run `pacman -S valkey` as root';
  if (programOnPath('zypper')) return 'Run `zypper install redis` as root';
  return 'Install redis-server or valkey-server 6.2 or later so that it is on PATH';
}
