import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasDebianPackages } from '../debian/apt.mjs';
import { cachedPackages } from '../debian/cached-packages.mjs';
import { capture, programOnPath } from '../processes.mjs';
import { say } from '../progress.mjs';

/** @typedef {{ executablePath: string, environment: Record<string, string> } | { refused: string }} FoundChromium */

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chromium-headless-shell'];
/** The smallest of Debian's: no window system, a third of the dependencies. */
const packages = ['chromium-headless-shell', 'chromium-common'];
const program = join('usr', 'lib', 'chromium', 'chromium-headless-shell');
/** Packages of libraries that need each other in a chain no longer than this. */
const mostRounds = 12;

/**
 * Chromium from `CHROMIUM` or PATH; else, with `BRING_CHROMIUM=true`, the distribution's headless shell, unpacked without root
 * into the cache folder, with the libraries that the machine lacks. `refused` says why there is none.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<FoundChromium>}
 */
export async function findChromium(environment = process.env) {
  const given = environment['CHROMIUM'];
  if (given) return existsSync(given) ? found(given) : { refused: `there is no CHROMIUM=${given}` };
  const onPath = names.map((name) => programOnPath(name, environment)).find((path) => path !== null);
  if (onPath) return found(onPath);
  const absent = 'there is no Chromium on PATH';
  if (environment['BRING_CHROMIUM'] !== 'true') {
    return { refused: `${absent}; BRING_CHROMIUM=true brings one, 60 MB and more, where apt-get can` };
  }
  if (!hasDebianPackages()) return { refused: `${absent}, and no apt-get to bring one` };
  const brought = await cachedPackages(
    { name: 'chromium', unpack: unpackChromium, works: isUsable },
    environment,
  );
  if ('refused' in brought) return { refused: `${absent}: ${brought.refused}` };
  return { executablePath: join(brought.root, program), environment: librariesIn(brought.root) };
}

/** @param {string} executablePath @returns {FoundChromium} */
function found(executablePath) {
  return { executablePath, environment: {} };
}

/**
 * @param {import('../debian/apt.mjs').Apt} apt
 * @param {string} root
 */
async function unpackChromium(apt, root) {
  const installed = await installedPackages();
  const needed = new Set(packages);
  let asked = packages;
  for (let round = 0; round < mostRounds && asked.length > 0; round += 1) {
    const next = await apt.dependencies(asked, '');
    asked = next.filter(
      (name) => /^(?:lib|zlib|font)/.test(name) && !installed.has(name) && !needed.has(name),
    );
    for (const name of asked) needed.add(name);
  }
  say(
    `… ${packages.join(', ')} and ${needed.size - packages.length} libraries: 60 MB or more to download, once`,
  );
  return apt.unpack([...needed], root);
}

async function installedPackages() {
  const { stdout } = await capture('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n']);
  return new Set([...stdout.matchAll(/^installed (\S+)$/gm)].map(([, name]) => name));
}

/** @param {string} root @returns {Record<string, string>} */
function librariesIn(root) {
  const folders = ['x86_64', 'aarch64'].flatMap((machine) => [
    join(root, 'usr', 'lib', `${machine}-linux-gnu`),
    join(root, 'usr', 'lib', `${machine}-linux-gnu`, 'pulseaudio'),
    join(root, 'lib', `${machine}-linux-gnu`),
  ]);
  const there = folders.filter((folder) => existsSync(folder));
  /** @type {Record<string, string>} */
  const environment = there.length === 0 ? {} : { LD_LIBRARY_PATH: there.join(':') };
  const fonts = join(root, 'etc', 'fonts');
  return existsSync(fonts) && !existsSync('/etc/fonts')
    ? { ...environment, FONTCONFIG_PATH: fonts }
    : environment;
}

/** @param {string} root */
async function isUsable(root) {
  if (!existsSync(join(root, program))) return false;
  const environment = { ...process.env, ...librariesIn(root) };
  const { code, stdout } = await capture(join(root, program), ['--version'], {
    environment,
    timeoutMs: 20_000,
  });
  return code === 0 && /\d+\.\d+/.test(stdout);
}
