import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { guardContainer } from '../guardian.mjs';
import { capture, programOnPath } from '../processes.mjs';
import { ping } from './ping.mjs';

export const redisImage = 'redis:8-alpine';
const engineTimeoutMs = 5_000;
const pullTimeoutMs = 180_000;
const readyTimeoutMs = 30_000;
const pollMs = 50;

/** Whether a Docker engine answers: the command being installed is not enough. */
export async function dockerAnswers() {
  if (!programOnPath('docker')) return false;
  const version = await capture('docker', ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: engineTimeoutMs,
  });
  return version.code === 0 && version.stdout.trim() !== '';
}

/**
 * @param {{ dataDirectory?: string | undefined, appendOnly: boolean }} options
 * @returns {Promise<{ url: string, stop: () => Promise<void> } | { refused: string }>}
 */
export async function startContainer({ dataDirectory, appendOnly }) {
  const name = `baton-redis-${randomBytes(6).toString('hex')}`;
  const volume = dataDirectory
    ? ['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`, '-v', `${dataDirectory}:/data`]
    : [];
  const serverCommand = [
    'redis-server',
    '--save',
    '',
    '--appendonly',
    appendOnly ? 'yes' : 'no',
    '--maxmemory-policy',
    'noeviction',
  ];
  const release = guardContainer(name);
  const started = await capture(
    'docker',
    ['run', '--detach', '--rm', '--name', name, '--publish', '127.0.0.1::6379', ...volume, redisImage].concat(
      serverCommand,
    ),
    { timeoutMs: pullTimeoutMs },
  );
  async function stop() {
    await capture('docker', ['stop', '--time', '10', name]);
    await capture('docker', ['rm', '--force', name]);
    release();
  }
  const port = started.code === 0 ? await publishedPort(name) : null;
  if (port !== null && (await becomesReady(port))) return { url: `redis://127.0.0.1:${port}`, stop };
  await stop();
  return { refused: `docker run ${redisImage} failed: ${started.output.trim().split('\n').at(-1)}` };
}

/** @param {string} name */
async function publishedPort(name) {
  const { stdout } = await capture('docker', ['port', name, '6379/tcp'], { timeoutMs: engineTimeoutMs });
  const found = /:(\d+)\s*$/m.exec(stdout);
  return found ? Number(found[1]) : null;
}

/** @param {number} port */
async function becomesReady(port) {
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    if ((await ping({ host: '127.0.0.1', port })).state === 'ready') return true;
    await delay(pollMs);
  }
  return false;
}
