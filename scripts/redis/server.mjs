import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { guardFolder, guardProcess } from '../guardian.mjs';
import { temporaryDirectory } from '../paths.mjs';
import { freePort } from '../ports.mjs';
import { capture, hasEnded, stopProcess } from '../processes.mjs';
import { SetupError } from '../progress.mjs';
import { ping } from './ping.mjs';

const portAttempts = 5;
const readyTimeoutMs = 30_000;
const pollMs = 20;
const graceMs = 10_000;
const oldest = { major: 6, minor: 2 };

/** @typedef {{ program: string, environment: NodeJS.ProcessEnv, name: string }} ServerProgram */

/**
 * The version, or null when the program can't be run here or is too old for Baton.
 * @param {ServerProgram} server
 */
export async function usableVersion(server) {
  const { code, stdout } = await capture(server.program, ['--version'], {
    environment: server.environment,
    timeoutMs: 10_000,
  });
  const found = /\bv=(\d+)\.(\d+)\.(\d+)/.exec(stdout);
  if (code !== 0 || !found) return null;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const recent = major > oldest.major || (major === oldest.major && minor >= oldest.minor);
  return recent ? found[0].slice('v='.length) : null;
}

/**
 * A private server on a free port of the loopback address. It ends with this process, however this process ends.
 * Without `dataDirectory` its data goes to a folder that is removed with it.
 * @param {ServerProgram} server
 * @param {{ dataDirectory?: string | undefined, appendOnly: boolean }} options
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startServer(server, { dataDirectory, appendOnly }) {
  const folder = dataDirectory ?? temporaryDirectory('redis');
  const releaseFolder = dataDirectory ? null : guardFolder(folder);
  function removeFolder() {
    if (!releaseFolder) return;
    rmSync(folder, { recursive: true, force: true });
    releaseFolder();
  }

  for (let attempt = 1; attempt <= portAttempts; attempt += 1) {
    const port = await freePort();
    const outcome = await launch(server, { port, folder, appendOnly });
    if ('url' in outcome) {
      return {
        url: outcome.url,
        pid: outcome.pid,
        stop: async () => {
          await outcome.stop();
          removeFolder();
        },
      };
    }
    if (!outcome.portTaken) {
      removeFolder();
      throw new SetupError(`${server.program} did not start in ${folder}: its output is above.`, outcome);
    }
  }
  removeFolder();
  throw new SetupError(`${server.program} found ${portAttempts} free ports taken in a row: try again.`);
}

/**
 * @param {ServerProgram} server
 * @param {{ port: number, folder: string, appendOnly: boolean }} options
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> } | { portTaken: boolean, output: string }>}
 */
async function launch(server, { port, folder, appendOnly }) {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const child = spawn(
    server.program,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    {
      cwd: folder,
      env: server.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    },
  );
  const release = guardProcess(child.pid);
  let output = '';
  /** @param {Buffer} text */
  function keepOutput(text) {
    output = (output + text.toString()).slice(-8_000);
  }
  child.stdout.on('data', keepOutput);
  child.stderr.on('data', keepOutput);
  child.once('error', (error) => keepOutput(Buffer.from(String(error))));

  async function stop() {
    await stopProcess(child, graceMs);
    release();
  }
  const deadline = performance.now() + readyTimeoutMs;
  while (!hasEnded(child) && performance.now() < deadline) {
    const answer = await ping({ host: '127.0.0.1', port });
    if (answer.state === 'ready' && !hasEnded(child) && child.pid !== undefined) {
      return { url: `redis://127.0.0.1:${port}`, pid: child.pid, stop };
    }
    await delay(pollMs);
  }
  await stop();
  return { portTaken: /address already in use/i.test(output), output };
}
