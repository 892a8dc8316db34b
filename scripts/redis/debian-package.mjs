import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../paths.mjs';
import { capture, programOnPath } from '../processes.mjs';
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
const networkOptions = aptOptions({
  'Acquire::Retries': '2',
  'Acquire::http::Timeout': '20',
  'Acquire::Languages': 'none',
});
const downloadTimeoutMs = 180_000;

/** @typedef {import('./server.mjs').ServerProgram} ServerProgram */

/** @returns {boolean} */
export function hasDebianPackages() {
  return programOnPath('apt-get') !== null && programOnPath('dpkg') !== null;
}

/**
 * Debian's and Ubuntu's own redis-server, unpacked without root into the cache folder; from the cache when it is there.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ server: ServerProgram } | { refused: string }>}
 */
export async function debianServer(environment) {
  const architecture = (await capture('dpkg', ['--print-architecture'])).stdout.trim();
  const cache = cacheDirectory(environment);
  const folder = join(cache, `redis-${distribution()}-${architecture}`);
  const cached = serverIn(folder, environment);
  if (await usableVersion(cached)) return { server: cached };

  const building = `${folder}.${process.pid}.new`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  try {
    const refused = await unpackInto(building, environment);
    if (refused) return { refused };
    moveIntoPlace(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  const version = await usableVersion(serverIn(folder, environment));
  return version
    ? { server: serverIn(folder, environment) }
    : { refused: `what apt-get brought into ${folder} does not run` };
}

/** @returns {string} such as `debian-12` */
function distribution() {
  /** @type {Record<string, string>} */
  const fields = {};
  try {
    for (const line of readFileSync('/etc/os-release', 'utf8').split('\n')) {
      const [name, value] = line.split('=');
      if (name && value) fields[name] = value.replaceAll('"', '');
    }
  } catch {
    return 'unknown';
  }
  return `${fields['ID'] ?? 'unknown'}-${fields['VERSION_ID'] ?? fields['VERSION_CODENAME'] ?? 'rolling'}`;
}

/** @param {string} folder @param {NodeJS.ProcessEnv} environment @returns {ServerProgram} */
function serverIn(folder, environment) {
  const root = join(folder, 'root');
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

/**
 * @param {string} building
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string | null>} why it can't be done
 */
async function unpackInto(building, environment) {
  let options = networkOptions;
  let refused = await downloadAndUnpack(building, packages, options);
  if (refused) {
    options = [...networkOptions, ...(await privatePackageLists(building))];
    refused = await downloadAndUnpack(building, packages, options);
  }
  if (refused) return refused;
  if (await usableVersion(serverIn(building, environment))) return null;

  const missing = await furtherLibraries(options);
  refused = missing.length > 0 ? await downloadAndUnpack(building, missing, options) : null;
  if (refused) return refused;
  const runs = await usableVersion(serverIn(building, environment));
  return runs ? null : 'the redis-server of this distribution does not run here, or is older than 6.2';
}

/** @param {string} building @param {string[]} names @param {string[]} options */
async function downloadAndUnpack(building, names, options) {
  const downloads = join(building, 'downloads');
  mkdirSync(downloads, { recursive: true });
  const download = await capture('apt-get', ['-q', ...sandboxOptions(), ...options, 'download', ...names], {
    cwd: downloads,
    timeoutMs: downloadTimeoutMs,
  });
  if (download.code !== 0) return `apt-get download failed: ${lastError(download.output)}`;
  for (const file of readdirSync(downloads)) {
    const unpacked = await capture('dpkg', ['-x', join(downloads, file), join(building, 'root')]);
    if (unpacked.code !== 0) return `dpkg -x ${file} failed: ${lastError(unpacked.output)}`;
  }
  rmSync(downloads, { recursive: true, force: true });
  return null;
}

// As root, apt-get would fetch as a user that can't write into the cache folder.
function sandboxOptions() {
  return process.getuid?.() === 0 ? aptOptions({ 'APT::Sandbox::User': 'root' }) : [];
}

/** @param {Record<string, string>} settings */
function aptOptions(settings) {
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * Package lists of our own, for a machine whose lists are absent or too old. A source that fails does not matter
 * as long as the download finds its packages.
 * @param {string} building
 */
async function privatePackageLists(building) {
  const state = join(building, 'apt', 'state');
  const cache = join(building, 'apt', 'cache');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  const options = aptOptions({
    'Dir::State': state,
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': cache,
  });
  await capture('apt-get', ['-q', ...sandboxOptions(), ...networkOptions, ...options, 'update'], {
    timeoutMs: downloadTimeoutMs,
  });
  return options;
}

/** @param {string[]} options */
async function furtherLibraries(options) {
  const relations = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (name) => `--no-${name}`,
  );
  const { stdout } = await capture('apt-cache', [
    ...options,
    'depends',
    ...relations,
    'redis-server',
    'redis-tools',
  ]);
  const names = [...stdout.matchAll(/^ +\|?Depends: (lib[a-z0-9.+-]+)$/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)].filter((name) => !neverUnpack.has(name) && !packages.includes(name));
}

/** @param {string} output */
function lastError(output) {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? 'no output';
}

/** @param {string} building @param {string} folder */
function moveIntoPlace(building, folder) {
  const replaced = `${folder}.${process.pid}.old`;
  rmSync(join(building, 'apt'), { recursive: true, force: true });
  try {
    renameSync(folder, replaced);
  } catch {
    // there was none
  }
  try {
    renameSync(building, folder);
  } catch {
    // another process was faster: its folder holds the same packages
  }
  rmSync(replaced, { recursive: true, force: true });
}
