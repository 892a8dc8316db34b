import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasDebianPackages } from '../debian/apt.mjs';
import { cachedPackages } from '../debian/cached-packages.mjs';
import { cacheDirectory } from '../paths.mjs';
import { capture, programOnPath } from '../processes.mjs';
import { say } from '../progress.mjs';

/**
 * `gofmt` is null where there is none. `environment` keeps what go writes in the cache folder, and go from the network.
 * @typedef {{ go: string, gofmt: string | null, environment: NodeJS.ProcessEnv }} GoToolchain
 */

const oldest = { major: 1, minor: 19 };

/**
 * Go from PATH; else, with `BRING_GO=true`, the distribution's packages, unpacked without root into the cache folder.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<GoToolchain | { refused: string }>}
 */
export async function findGo(environment = process.env) {
  const offline = { ...environment, ...offlineSettings(environment) };
  const onPath = programOnPath('go', environment);
  if (onPath && (await isUsable(onPath, offline))) {
    return { go: onPath, gofmt: programOnPath('gofmt', environment), environment: offline };
  }
  if (environment['BRING_GO'] !== 'true') {
    return {
      refused: 'there is no Go 1.19 or later on PATH; BRING_GO=true brings one, 80 MB, where apt-get can',
    };
  }
  if (!hasDebianPackages()) return { refused: 'there is no Go 1.19 or later on PATH, and no apt-get' };

  const found = await cachedPackages(
    {
      name: 'go',
      unpack: unpackGo,
      works: async (root) => {
        const tree = treeIn(root);
        return (
          tree !== null &&
          existsSync(join(tree, 'src', 'fmt')) &&
          isUsable(join(tree, 'bin', 'go'), { ...offline, GOROOT: tree })
        );
      },
    },
    environment,
  );
  if ('refused' in found) return found;
  const tree = treeIn(found.root) ?? '';
  const bin = join(tree, 'bin');
  return { go: join(bin, 'go'), gofmt: join(bin, 'gofmt'), environment: { ...offline, GOROOT: tree } };
}

/**
 * The packages `golang-go` and `golang-src` are empty and need those of one version.
 * @param {import('../debian/apt.mjs').Apt} apt
 * @param {string} root
 */
async function unpackGo(apt, root) {
  const needed = await apt.dependencies(['golang-go', 'golang-src'], 'golang-');
  const packages = needed.filter((name) => /^golang-\d+\.\d+-(go|src)$/.test(name));
  if (packages.length < 2) return 'this distribution has no golang-go, or its package lists are absent';
  say(`… ${packages.join(' and ')}: 80 MB to download, once, half a gigabyte in the cache folder`);
  return apt.unpack(packages, root);
}

/**
 * GOROOT in what was unpacked: its `src` is a link into `usr/share`, relative, so it leads into the unpacked files.
 * @param {string} root
 */
function treeIn(root) {
  const libraries = join(root, 'usr', 'lib');
  if (!existsSync(libraries)) return null;
  const name = readdirSync(libraries).find((entry) => /^go-\d+\.\d+$/.test(entry));
  return name === undefined ? null : join(libraries, name);
}

/** @param {NodeJS.ProcessEnv} environment @returns {NodeJS.ProcessEnv} */
function offlineSettings(environment) {
  const cache = cacheDirectory(environment);
  return {
    GOCACHE: join(cache, 'go-build'),
    GOPATH: join(cache, 'go-path'),
    GOENV: 'off',
    GOFLAGS: '-mod=mod',
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
  };
}

/** @param {string} go @param {NodeJS.ProcessEnv} environment */
async function isUsable(go, environment) {
  const { code, stdout } = await capture(go, ['version'], { environment, timeoutMs: 10_000 });
  const found = /\bgo(\d+)\.(\d+)/.exec(stdout);
  if (code !== 0 || !found) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
