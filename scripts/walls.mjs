import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { repositoryRoot } from './paths.mjs';
import { emptyNames, environmentReaders, impureCall, mostLines, pureRooms, walls } from './walls.config.mjs';

const fewestModules = 30;
const testFile = /\.test(-d)?\.ts$/;
const importStatement = /^(?:import|export)\s+(?:[\w$\s{},*]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const importCall = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const environmentAccess =
  /\bprocess\s*(?:\??\.\s*env\b|\[\s*['"`]env\b)|import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"](?:node:)?process['"]/;

/** @typedef {import('dependency-cruiser').IModule} Module */

process.chdir(repositoryRoot);
const { output } = await cruise(['packages', 'apps'], {
  // With TypeScript 7 alone the cruiser sees no module at all and is content.
  parser: 'swc',
  tsPreCompilationDeps: true,
  validate: true,
  ruleSet: walls,
  doNotFollow: { path: 'node_modules' },
  // Anchored: bullmq and others resolve to a `dist` of their own and would disappear.
  exclude: { path: '^(apps|packages)/[^/]+/(dist|\\.turbo)/' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['baton-source', 'import', 'node', 'default', 'types'],
    extensions: ['.ts', '.js', '.d.ts'],
  },
});
if (typeof output === 'string')
  throw new TypeError('dependency-cruiser returned text where data was expected');

const modules = output.modules.filter(({ source }) => /^(apps|packages)\/[^/]+\/src\//.test(source));
const dependencies = modules.reduce((sum, { dependencies: list }) => sum + list.length, 0);
const problems = [
  ...output.summary.violations.map(({ rule, from, to, cycle }) => {
    const path = cycle ? cycle.map(({ name }) => name).join(' -> ') : to;
    return `${from} -> ${path}: ${rule.name}. ${commentOf(rule.name)}`;
  }),
  ...modules.flatMap(problemsOf),
];
if (modules.length < fewestModules || dependencies === 0) {
  problems.push(`only ${modules.length} modules and ${dependencies} imports were seen: the check is blind`);
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(
  `walls: ${modules.length} modules, ${dependencies} imports, ${problems.length} problems\n`,
);
if (problems.length > 0) process.exitCode = 1;

/** @param {string} name */
function commentOf(name) {
  return walls.forbidden?.find((rule) => rule.name === name)?.comment ?? '';
}

/** @param {Module} module @returns {string[]} */
function problemsOf({ source, dependencies: seen }) {
  const text = readFileSync(join(repositoryRoot, source), 'utf8');
  const code = withoutComments(text);
  const known = new Set(seen.map(({ protocol, module }) => `${protocol ?? ''}${module}`));
  const written = [...code.matchAll(importStatement), ...code.matchAll(importCall)].map(
    (match) => match[1] ?? '',
  );
  const unseen = written.filter((name) => !known.has(name));
  const found = unseen.map(
    (name) => `${source}: the import of ${name} was not seen, so no wall was checked for it`,
  );
  if (emptyNames.test(source)) found.push(`${source}: the name says nothing about what is inside`);
  if (testFile.test(source)) return found;
  if (environmentAccess.test(code) && !environmentReaders.test(source)) {
    found.push(`${source}: reads the environment: only main.ts and the settings room may, pass the value in`);
  }
  if (pureRooms.test(source) && impureCall.test(code)) {
    found.push(`${source}: reads a clock, chance or the network: this package is pure, pass the value in`);
  }
  const lines = text.trimEnd().split('\n').length;
  if (lines > mostLines)
    found.push(`${source}: ${lines} lines, more than ${mostLines}: split it by what it does`);
  return found;
}

/** @param {string} text */
function withoutComments(text) {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
