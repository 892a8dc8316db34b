import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../paths.mjs';
import { debianArchitecture, privateApt, systemApt } from './apt.mjs';

/**
 * `unpack` fills `root` and gives null, or why it can't. `works` says whether what is in `root` can be used here.
 * @typedef {object} Packages
 * @property {string} name of their folder in the cache, before the distribution's
 * @property {(apt: import('./apt.mjs').Apt, root: string) => Promise<string | null>} unpack
 * @property {(root: string) => Promise<boolean>} works
 */

/** @typedef {{ root: string } | { refused: string }} Brought */

/** The machine's package lists, and where they don't do, new ones. @typedef {{ systemApt: typeof systemApt, privateApt: typeof privateApt }} Apts */

/**
 * What this process looks for or brings now, by its place: whoever asks meanwhile waits for it.
 * @type {Map<string, Promise<Brought>>}
 */
const underWay = new Map();

/**
 * Packages of Debian's or Ubuntu's own, unpacked without root into the cache folder; from the cache when they are there.
 * @param {Packages} packages
 * @param {NodeJS.ProcessEnv} environment
 * @param {Apts} [apts]
 * @returns {Promise<Brought>} `root`: the folder that stands for `/`
 */
export async function cachedPackages(packages, environment, apts = { systemApt, privateApt }) {
  const place = join(cacheDirectory(environment), packages.name);
  const brought = underWay.get(place) ?? bring(packages, place, apts).finally(() => underWay.delete(place));
  underWay.set(place, brought);
  return brought;
}

/**
 * @param {Packages} packages
 * @param {string} place in the cache, without the distribution
 * @param {Apts} apts
 * @returns {Promise<Brought>}
 */
async function bring(packages, place, apts) {
  const folder = `${place}-${distribution()}-${await debianArchitecture()}`;
  const root = join(folder, 'root');
  if (await packages.works(root)) return { root };
  const building = `${folder}.${process.pid}.new`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  try {
    const refused = await unpackInto(building, packages, apts);
    if (refused) return { refused };
    if (!(await packages.works(root))) moveIntoPlace(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return (await packages.works(root))
    ? { root }
    : { refused: `what apt-get brought into ${folder} does not run` };
}

/**
 * @param {string} building
 * @param {Packages} packages
 * @param {Apts} apts
 * @returns {Promise<string | null>}
 */
async function unpackInto(building, packages, apts) {
  const root = join(building, 'root');
  const refused = await packages.unpack(apts.systemApt(), root);
  if (!refused) return null;
  const lists = join(building, 'apt');
  try {
    return await packages.unpack(await apts.privateApt(lists), root);
  } finally {
    rmSync(lists, { recursive: true, force: true });
  }
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

/** @param {string} building @param {string} folder */
function moveIntoPlace(building, folder) {
  const replaced = `${folder}.${process.pid}.old`;
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
