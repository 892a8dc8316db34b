import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { capture, programOnPath } from '../processes.mjs';

const networkOptions = aptOptions({
  'Acquire::Retries': '2',
  'Acquire::http::Timeout': '20',
  'Acquire::Languages': 'none',
});
const timeoutMs = 180_000;
const weakRelations = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];

/**
 * `unpack` brings packages and unpacks them, without root, into a folder; it gives null or why it can't.
 * `dependencies` names what packages need that begins with `prefix`; nothing where the lists don't know.
 * @typedef {object} Apt
 * @property {(names: string[], root: string) => Promise<string | null>} unpack
 * @property {(names: string[], prefix: string) => Promise<string[]>} dependencies
 */

/** @returns {boolean} */
export function hasDebianPackages() {
  return programOnPath('apt-get') !== null && programOnPath('dpkg') !== null;
}

/** @returns {Promise<string>} such as `amd64` */
export async function debianArchitecture() {
  return (await capture('dpkg', ['--print-architecture'])).stdout.trim();
}

/** With the package lists of the machine. @returns {Apt} */
export function systemApt() {
  return aptWith(networkOptions);
}

/**
 * With package lists of our own, for a machine whose lists are absent or too old. A source that fails does not matter
 * as long as the download finds its packages.
 * @param {string} folder for the lists; the caller removes it
 * @returns {Promise<Apt>}
 */
export async function privateApt(folder) {
  const state = join(folder, 'state');
  const cache = join(folder, 'cache');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  const own = aptOptions({
    'Dir::State': state,
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': cache,
  });
  const options = [...networkOptions, ...own];
  await capture('apt-get', ['-q', ...sandboxOptions(), ...options, 'update'], { timeoutMs });
  return aptWith(options);
}

/** @param {string[]} options @returns {Apt} */
function aptWith(options) {
  return {
    async unpack(names, root) {
      const downloads = `${root}.downloads`;
      mkdirSync(downloads, { recursive: true });
      const download = ['-q', ...sandboxOptions(), ...options, 'download', ...names];
      const { code, output } = await capture('apt-get', download, { cwd: downloads, timeoutMs });
      if (code !== 0) return `apt-get download failed: ${lastError(output)}`;
      for (const file of readdirSync(downloads)) {
        const unpacked = await capture('dpkg', ['-x', join(downloads, file), root]);
        if (unpacked.code !== 0) return `dpkg -x ${file} failed: ${lastError(unpacked.output)}`;
      }
      rmSync(downloads, { recursive: true, force: true });
      return null;
    },

    async dependencies(names, prefix) {
      const relations = weakRelations.map((name) => `--no-${name}`);
      const { stdout } = await capture('apt-cache', [...options, 'depends', ...relations, ...names]);
      const found = [...stdout.matchAll(/^ +\|?Depends: ([a-z0-9.+-]+)$/gm)].map((match) => match[1] ?? '');
      return [...new Set(found)].filter((name) => name.startsWith(prefix));
    },
  };
}

// As root, apt-get would fetch as a user that can't write into the cache folder.
function sandboxOptions() {
  return process.getuid?.() === 0 ? aptOptions({ 'APT::Sandbox::User': 'root' }) : [];
}

/** @param {Record<string, string>} settings */
function aptOptions(settings) {
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** @param {string} output */
function lastError(output) {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? 'no output';
}
