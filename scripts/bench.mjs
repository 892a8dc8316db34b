import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { guardProcess } from './guardian.mjs';
import { repositoryRoot } from './paths.mjs';
import { say, step } from './progress.mjs';
import { findRedis } from './redis.mjs';
import { runProgram } from './shutdown.mjs';

/** @param {string} redisUrl @param {import('./shutdown.mjs').Shutdown} shutdown @returns {Promise<number>} the exit code */
function runBench(redisUrl, shutdown) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(repositoryRoot, 'bench', 'main.mjs'), ...process.argv.slice(2)],
      {
        cwd: repositoryRoot,
        env: { ...process.env, REDIS_URL: redisUrl },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    shutdown.defer(() => void child.kill('SIGTERM'));
    child.once('error', reject);
    const release = guardProcess(child.pid);
    child.once('close', (code, signal) => {
      release();
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

await runProgram(async (shutdown) => {
  await bootstrap();
  const redis = await step('Redis ready', findRedis);
  shutdown.defer(redis.stop);
  say(`Redis: ${redis.how}`);
  return runBench(redis.url, shutdown);
});
