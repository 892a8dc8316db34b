import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { batonDirectory, isWritable, repositoryRoot } from './paths.mjs';
import { capture, programOnPath } from './processes.mjs';
import { SetupError } from './progress.mjs';

const stampFile = join(repositoryRoot, 'node_modules', '.baton-installed');

/** Whether `node_modules` is what the lockfile and every package.json ask for. */
export function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wantedStamp();
}

/** Installs with the pnpm that package.json pins, brought by npx. */
export async function install() {
  if (!programOnPath('npx')) {
    throw new SetupError(
      'npx is not on PATH: install Node.js 20.19 or later together with npm, and try again.',
    );
  }
  if (!isWritable(repositoryRoot)) {
    throw new SetupError(
      `${repositoryRoot} is not writable for you: make it yours (chown), or clone it where you can write.`,
    );
  }
  const { code, output } = await capture(
    'npx',
    ['--yes', pinnedPackageManager(), 'install', '--frozen-lockfile', '--prod=false', '--prefer-offline'],
    {
      cwd: repositoryRoot,
      environment: { ...process.env, ...homeSettings(), CI: 'true', npm_config_loglevel: 'warn' },
    },
  );
  if (code !== 0) {
    throw new SetupError(
      "The dependencies can't be installed: the output is above. The first run needs the network; later ones don't.",
      { output },
    );
  }
  writeFileSync(stampFile, wantedStamp());
}

/** @returns {string} such as `pnpm@10.34.8` */
function pinnedPackageManager() {
  /** @type {{ packageManager: string }} */
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  return manifest.packageManager.split('+', 1)[0] ?? manifest.packageManager;
}

function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(repositoryRoot, file)));
  }
  return hash.digest('hex');
}

/** @returns {string[]} every package.json of the workspace, relative to the root */
function manifests() {
  const workspace = readFileSync(join(repositoryRoot, 'pnpm-workspace.yaml'), 'utf8');
  const listed = /^packages:\n((?: +- .+\n)+)/m.exec(workspace)?.[1] ?? '';
  const patterns = [...listed.matchAll(/- ['"]?([^'"\n]+)/g)].map((match) => match[1] ?? '');
  const folders = patterns.flatMap((pattern) =>
    pattern.endsWith('/*') ? foldersIn(pattern.slice(0, -2)) : [pattern],
  );
  const files = ['package.json', ...folders.map((folder) => `${folder}/package.json`)];
  return files.filter((file) => existsSync(join(repositoryRoot, file))).sort();
}

/** @param {string} parent */
function foldersIn(parent) {
  const entries = readdirSync(join(repositoryRoot, parent), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${parent}/${entry.name}`);
}

/** npm and pnpm keep their caches in the home folder: without one that can be written, they get one in the checkout. */
function homeSettings() {
  if (isWritable(homedir())) return {};
  const home = join(batonDirectory, 'cache', 'home');
  mkdirSync(home, { recursive: true });
  return { HOME: home, npm_config_cache: join(home, '.npm') };
}
