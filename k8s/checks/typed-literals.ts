/**
 * Misspelt fields, found by the compiler: a schema that is a CRD's or Kubernetes' own lets unknown fields pass, and so does an API server
 * unless it is asked. A literal of an interface's type may have no field that the interface has not.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localProgram } from '../../scripts/build.mjs';
import { repositoryRoot } from '../../scripts/paths.mjs';
import { capture } from '../../scripts/processes.mjs';
import { moduleOf } from './kubernetes-types.ts';
import { nameOf, type Manifest } from './manifests.ts';

const settings = {
  compilerOptions: {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2023',
    types: [],
  },
  files: ['literals.ts'],
};

/** What the compiler says, each complaint with the manifest that it is about; empty when all fits. */
export async function misfits(manifests: readonly Manifest[]): Promise<string[]> {
  // Where the types are found from.
  const cache = join(repositoryRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'k8s-literals-'));
  const lines = manifests.map(
    (manifest, index) =>
      `export const m${index}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
  );
  writeFileSync(join(folder, 'literals.ts'), lines.join('\n'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  try {
    const { code, output } = await capture(localProgram('tsc'), ['-p', folder], {
      cwd: repositoryRoot,
      timeoutMs: 60_000,
    });
    const complaints = [...output.matchAll(/literals\.ts\((\d+),\d+\): error (.*)/g)].map(
      ([, line = '', said = '']) => {
        const about = manifests.at(Number(line) - 1);
        return `${about ? nameOf(about) : line}: ${said}`;
      },
    );
    if (code !== 0 && complaints.length === 0) throw new Error(`The compiler failed: ${output}`);
    return complaints;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
