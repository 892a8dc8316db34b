import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePrograms } from './bundle.mjs';
import { repositoryRoot } from './paths.mjs';
import { capture } from './processes.mjs';
import { SetupError } from './progress.mjs';

/**
 * Compiles what changed. The compiler itself, not turbo: turbo needs a pnpm on PATH, which a bare machine has not.
 */
export async function build() {
  const { code, output } = await capture(localProgram('tsc'), ['-b', ...(isComplete() ? [] : ['--force'])], {
    cwd: repositoryRoot,
  });
  if (code !== 0) throw new SetupError('The build failed: the output is above.', { output });
  await bundlePrograms(repositoryRoot);
}

/** @param {string} name of a program that an installed dependency brings */
export function localProgram(name) {
  return join(repositoryRoot, 'node_modules', '.bin', name);
}

// The compiler trusts its records of the last build and doesn't notice that somebody removed the results.
function isComplete() {
  /** @type {{ references: { path: string }[] }} */
  const solution = JSON.parse(readFileSync(join(repositoryRoot, 'tsconfig.json'), 'utf8'));
  return solution.references.every(({ path }) => existsSync(join(repositoryRoot, path, 'dist')));
}
