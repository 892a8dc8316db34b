import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, without a trailing separator. */
export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Everything Baton writes on this machine beside `node_modules` and `dist`: data, logs, locks, reports. */
export const batonDirectory = join(repositoryRoot, '.baton');

/** @param {string} directory */
export function isWritable(directory) {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The per-user cache folder, shared by checkouts; inside the checkout when the home folder can't be written.
 * @param {NodeJS.ProcessEnv} environment
 */
export function cacheDirectory(environment) {
  const preferred = join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'baton');
  return isWritable(preferred) ? preferred : join(batonDirectory, 'cache');
}

/**
 * A new folder that the caller removes.
 * @param {string} name
 */
export function temporaryDirectory(name) {
  const parent = join(batonDirectory, 'tmp');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, `${name}-`));
}
