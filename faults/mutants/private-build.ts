import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { localProgram } from '../../scripts/build.mjs';
import { bundlePrograms } from '../../scripts/bundle.mjs';
import { guardFolder } from '../../scripts/guardian.mjs';
import { repositoryRoot, temporaryDirectory } from '../../scripts/paths.mjs';
import { capture } from '../../scripts/processes.mjs';
import type { Edit, Mutant } from './mutant.ts';

/** A folder laid out as the repository is, with sources and built files of its own. */
export interface PrivateBuild {
  readonly root: string;
  remove(): void;
}

const packages = [
  'packages/plan',
  'packages/dag-flow',
  'packages/shared',
  'apps/orchestrator',
  'apps/worker',
];

function isSource(path: string): boolean {
  const name = basename(path);
  return name !== 'dist' && name !== 'testing' && !/\.test(-d)?\.ts$/.test(name);
}

/**
 * @param from the repository, or a private build: its built files come with it, so that the compiler makes only what changed
 */
async function buildFrom(
  from: string,
  name: string,
  edits: readonly Edit[],
  filter: (path: string) => boolean,
): Promise<PrivateBuild> {
  const root = temporaryDirectory(name);
  const releaseFolder = guardFolder(root);
  const remove = (): void => {
    rmSync(root, { recursive: true, force: true });
    releaseFolder();
  };
  try {
    for (const folder of packages) {
      // The links to other packages of the workspace are relative, and so lead to the copies.
      cpSync(join(from, folder), join(root, folder), {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
        filter,
      });
    }
    for (const file of ['tsconfig.json', 'tsconfig.base.json']) cpSync(join(from, file), join(root, file));
    for (const folder of ['node_modules', 'recipes'])
      symlinkSync(join(repositoryRoot, folder), join(root, folder));
    for (const edit of edits) apply(root, edit);
    const { code, output } = await capture(localProgram('tsc'), ['-b', 'apps/orchestrator', 'apps/worker'], {
      cwd: root,
    });
    if (code !== 0) throw new Error(`${name} does not compile:\n${output}`);
    await bundlePrograms(root);
    return { root, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function apply(root: string, edit: Edit): void {
  const path = join(root, edit.file);
  writeFileSync(path, edited(readFileSync(path, 'utf8'), edit));
}

/** The file's text with the edit made. Throws when what is to be replaced is not there exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const count = text.split(find).length - 1;
  if (count !== 1)
    throw new Error(`no longer applies: ${file} holds this ${count} times instead of once:\n${find}`);
  return text.replace(find, () => replace);
}

/** The sources as they are now, built. */
export function soundBuild(): Promise<PrivateBuild> {
  return buildFrom(repositoryRoot, 'sound', [], isSource);
}

/** `sound` with the bug. Rejects when the bug no longer applies to the sources, or does not compile. */
export function plant({ name, edits }: Mutant, sound: PrivateBuild): Promise<PrivateBuild> {
  return buildFrom(sound.root, name, edits, () => true);
}
