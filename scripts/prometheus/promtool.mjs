import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasDebianPackages } from '../debian/apt.mjs';
import { cachedPackages } from '../debian/cached-packages.mjs';
import { capture, programOnPath } from '../processes.mjs';
import { say } from '../progress.mjs';

/** @typedef {{ promtool: string } | { refused: string }} FoundPromtool */

/**
 * The oldest promtool that the rules are written for, which is the one of Debian 12.
 */
const oldest = { major: 2, minor: 42 };
const inRoot = join('usr', 'bin', 'promtool');

/**
 * promtool from PATH; else the one of the distribution's package `prometheus`, unpacked without root into the cache folder,
 * unless `BRING_PROMTOOL=false`. `refused` says why there is none.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<FoundPromtool>}
 */
export async function findPromtool(environment = process.env) {
  const onPath = programOnPath('promtool', environment);
  if (onPath && (await isUsable(onPath))) return { promtool: onPath };
  const absent = 'there is no promtool 2.42 or later on PATH';
  if (environment['BRING_PROMTOOL'] === 'false') return { refused: `${absent}, and BRING_PROMTOOL=false` };
  if (!hasDebianPackages()) return { refused: `${absent}, and no apt-get to bring one` };
  const found = await cachedPackages(
    { name: 'promtool', unpack: unpackPromtool, works: (root) => isUsable(join(root, inRoot)) },
    environment,
  );
  return 'root' in found
    ? { promtool: join(found.root, inRoot) }
    : { refused: `${absent}: ${found.refused}` };
}

/**
 * Of the package only this one program is kept.
 * @param {import('../debian/apt.mjs').Apt} apt
 * @param {string} root
 */
async function unpackPromtool(apt, root) {
  say('… promtool, of the package prometheus: 19 MB to download, once');
  const whole = `${root}.whole`;
  try {
    const refused = await apt.unpack(['prometheus'], whole);
    if (refused) return refused;
    mkdirSync(dirname(join(root, inRoot)), { recursive: true });
    renameSync(join(whole, inRoot), join(root, inRoot));
    return null;
  } finally {
    rmSync(whole, { recursive: true, force: true });
  }
}

/**
 * What is wrong with the text of a `/metrics` page, in promtool's words; empty when nothing is.
 * @param {string} promtool
 * @param {string} page
 * @returns {Promise<string>}
 */
export function checkMetrics(promtool, page) {
  return new Promise((resolve, reject) => {
    const child = spawn(promtool, ['check', 'metrics'], { stdio: 'pipe' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? '' : output.trim() || `exit status ${code}`));
    child.stdin.on('error', () => undefined).end(page);
  });
}

/** @param {string} promtool */
async function isUsable(promtool) {
  const { code, output } = await capture(promtool, ['--version'], { timeoutMs: 10_000 });
  const found = /\bversion (\d+)\.(\d+)/.exec(output);
  if (code !== 0 || !found) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
