import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cachedPackages } from '../debian/cached-packages.mjs';
import { usableVersion } from './server.mjs';

const packages = [
  'redis-server',
  'redis-tools',
  'libatomic1',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'lua-bitop',
  'lua-cjson',
];
// libc belongs to the running system: one unpacked beside it breaks every program that loads it.
const neverUnpack = new Set(['libc6', 'libc6-dev', 'libgcc-s1']);

/** @typedef {import('./server.mjs').ServerProgram} ServerProgram */

/**
 * Debian's and Ubuntu's own redis-server, in the cache folder.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ server: ServerProgram } | { refused: string }>}
 */
export async function debianServer(environment) {
  /** @param {string} root */
  async function works(root) {
    return (await usableVersion(serverIn(root, environment))) !== null;
  }
  const found = await cachedPackages(
    { name: 'redis', works, unpack: (apt, root) => unpackServer(apt, root, works) },
    environment,
  );
  return 'root' in found ? { server: serverIn(found.root, environment) } : found;
}

/**
 * @param {import('../debian/apt.mjs').Apt} apt
 * @param {string} root
 * @param {(root: string) => Promise<boolean>} works
 * @returns {Promise<string | null>} why it can't be done
 */
async function unpackServer(apt, root, works) {
  let refused = await apt.unpack(packages, root);
  if (refused) return refused;
  if (await works(root)) return null;

  const libraries = await apt.dependencies(['redis-server', 'redis-tools'], 'lib');
  const missing = libraries.filter((name) => !neverUnpack.has(name) && !packages.includes(name));
  refused = missing.length > 0 ? await apt.unpack(missing, root) : null;
  if (refused) return refused;
  return (await works(root))
    ? null
    : 'the redis-server of this distribution does not run here, or is older than 6.2';
}

/** @param {string} root @param {NodeJS.ProcessEnv} environment @returns {ServerProgram} */
function serverIn(root, environment) {
  const libraryPath = [join(root, 'usr', 'lib'), join(root, 'lib')].flatMap(withArchitectureFolders);
  if (environment['LD_LIBRARY_PATH']) libraryPath.push(environment['LD_LIBRARY_PATH']);
  return {
    name: 'the distribution package in the cache folder',
    program: join(root, 'usr', 'bin', 'redis-server'),
    environment: { ...environment, LD_LIBRARY_PATH: libraryPath.join(':') },
  };
}

/** @param {string} directory */
function withArchitectureFolders(directory) {
  try {
    const nested = readdirSync(directory).filter((name) => name.includes('-linux-gnu'));
    return [...nested.map((name) => join(directory, name)), directory];
  } catch {
    return [];
  }
}
