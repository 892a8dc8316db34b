import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { repositoryRoot } from './paths.mjs';

/** What runs as a process of its own, with the modules that others import by name. */
const programs = {
  'apps/orchestrator': ['main', 'orchestrator-process'],
  'apps/worker': ['main', 'worker-process', 'define-worker'],
};

/** These find files beside themselves, or need not be installed. */
const external = [
  '@bull-board/*',
  'swagger-ui-dist',
  '@anthropic-ai/bedrock-sdk',
  '@anthropic-ai/vertex-sdk',
];

/** Packages in CommonJS ask for Node's own modules by `require`. */
const requireInModules =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** How long a chunk of an earlier build is kept for processes that run from it, in ms. */
const KEPT = 3_600_000;

/**
 * Puts each program and all that it imports, from the sources, into a few files of its `dist`: a process starts in a third
 * of the time that its thousand modules take one by one. What is imported late stays a file of its own.
 * @param {string} root of the checkout
 */
export async function bundlePrograms(root) {
  await Promise.all(Object.entries(programs).map(([folder, entries]) => bundle(join(root, folder), entries)));
}

/**
 * @param {string} folder
 * @param {string[]} entries
 */
async function bundle(folder, entries) {
  // Not there yet when a bare checkout begins to set itself up.
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries.map((entry) => `src/${entry}.ts`),
    outdir: 'dist',
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['baton-source'],
    external,
    banner: { js: requireInModules },
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  refuseNamelessImports(metafile);
  const dist = join(folder, 'dist');
  mkdirSync(dist, { recursive: true });
  // Programs last: whoever starts one meanwhile finds all of its chunks.
  const isEntry = (/** @type {string} */ path) => entries.includes(basename(path, '.js'));
  outputFiles.sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
  for (const { path, contents } of outputFiles) place(path, contents);
  sweep(dist, new Set(outputFiles.map(({ path }) => basename(path))));
}

/**
 * In a bundle, `import()` of a package in CommonJS gives its exports no names.
 * @param {import('esbuild').Metafile} metafile
 */
function refuseNamelessImports({ inputs }) {
  for (const [importer, { imports }] of Object.entries(inputs)) {
    if (importer.includes('node_modules/')) continue;
    for (const { path, kind } of imports) {
      if (kind !== 'dynamic-import' || inputs[path]?.format !== 'cjs') continue;
      throw new Error(
        `${importer} loads ${path}, which is CommonJS: import() a module of ours that imports it.`,
      );
    }
  }
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 */
function place(path, contents) {
  const half = join(dirname(path), `.${process.pid}-${basename(path)}`);
  writeFileSync(half, contents);
  renameSync(half, path);
}

/**
 * @param {string} dist
 * @param {ReadonlySet<string>} current
 */
function sweep(dist, current) {
  for (const name of readdirSync(dist)) {
    if (current.has(name) || !/\.js(\.map)?$/.test(name)) continue;
    const { mtimeMs } = statSync(join(dist, name), { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > KEPT) rmSync(join(dist, name), { force: true });
  }
}

if (process.argv[1] === import.meta.filename) await bundlePrograms(repositoryRoot);
