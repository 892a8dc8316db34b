import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { guardProcess } from './guardian.mjs';
import { repositoryRoot } from './paths.mjs';

/**
 * Runs one of the repository's programs to its end, with this command's arguments and in this command's folder. One in
 * TypeScript is run from its source.
 * @param {string} path from the repository's root
 * @param {import('./shutdown.mjs').Shutdown} shutdown ends it with this process
 * @param {NodeJS.ProcessEnv} [environment] beside this process's own
 * @returns {Promise<number>} the exit code; 1 when a signal ended it
 */
export function runNode(path, shutdown, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...loaderFor(path), join(repositoryRoot, path), ...process.argv.slice(2)],
      { env: { ...process.env, ...environment }, stdio: ['ignore', 'inherit', 'inherit'] },
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

/** @param {string} path */
function loaderFor(path) {
  if (!path.endsWith('.ts')) return [];
  const tsx = createRequire(join(repositoryRoot, 'faults', 'package.json')).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href];
}
