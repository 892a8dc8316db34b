import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { localProgram } from './build.mjs';
import { guardFolder, guardProcess } from './guardian.mjs';
import { repositoryRoot, temporaryDirectory } from './paths.mjs';
import { capture } from './processes.mjs';
import { SetupError, reportFailure, say, since, step } from './progress.mjs';

const sourcePaths = [
  'apps',
  'packages',
  'examples',
  'e2e',
  'bench',
  'faults',
  'k8s',
  'scripts',
  'vitest.config.ts',
];
const parallelChecks = 2;

/** @typedef {{ name: string, command: string[], fix: string }} Check */

/** @type {Check[]} */
const checks = [
  { name: 'types', command: [localProgram('tsc'), '-p', 'tsconfig.checks.json'], fix: 'correct the types' },
  {
    name: 'lint',
    command: [localProgram('oxlint'), '--type-aware', ...sourcePaths],
    fix: 'follow the rule, or waive it with a reason on the same line',
  },
  {
    name: 'walls',
    command: [process.execPath, join('scripts', 'walls.mjs')],
    fix: 'move the import to the room that may have it (ARCHITECTURE.md)',
  },
  { name: 'dead code', command: [localProgram('knip'), '--no-progress'], fix: 'remove what nothing uses' },
  { name: 'format', command: [localProgram('oxfmt'), '--check', '.'], fix: 'run `npm run format`' },
];

/** @typedef {{ passed: number, failed: number }} TestCount */

/**
 * What continuous integration runs, on a checkout that is installed and built: every check, then every test.
 * @param {{ fast: boolean, shutdown: import('./shutdown.mjs').Shutdown }} options `fast` leaves out the tests that start the built programs
 * @returns {Promise<{ failures: string[], tests: TestCount | null }>} the names of what failed; null: there is no count
 */
export async function verify({ fast, shutdown }) {
  const failures = await runChecks();
  const projects = fast ? ['unit', 'redis'] : ['unit', 'redis', 'e2e'];
  const { code, tests } = await runTests(projects, shutdown);
  if (code !== 0 || !tests || tests.failed > 0 || tests.passed === 0) failures.push('tests');
  if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
  return { failures, tests };
}

/** @returns {Promise<string[]>} the names of the checks that failed */
async function runChecks() {
  const waiting = [...checks];
  /** @type {string[]} */
  const failures = [];
  async function work() {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await passes(check))) failures.push(check.name);
    }
  }
  await Promise.all(Array.from({ length: parallelChecks }, work));
  return failures;
}

/** @param {Check} check */
async function passes({ name, command: [program = '', ...rest], fix }) {
  try {
    await step(name, async () => {
      const { code, output } = await capture(program, rest, { cwd: repositoryRoot });
      if (code !== 0) throw new SetupError(`${name} failed: ${fix}; the output is above.`, { output });
    });
    return true;
  } catch (error) {
    reportFailure(error);
    return false;
  }
}

/**
 * @param {string[]} projects
 * @param {import('./shutdown.mjs').Shutdown} shutdown
 * @returns {Promise<{ code: number, tests: TestCount | null }>}
 */
async function runTests(projects, shutdown) {
  const folder = temporaryDirectory('report');
  const release = guardFolder(folder);
  const report = join(folder, 'report.json');
  const startedAt = performance.now();
  try {
    const code = await runVitest(projects, report, shutdown);
    say(`${code === 0 ? '✓' : '✗'} tests (${projects.join(', ')})  ${since(startedAt)}`);
    return { code, tests: existsSync(report) ? countTests(JSON.parse(readFileSync(report, 'utf8'))) : null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    release();
  }
}

/**
 * @param {string[]} projects
 * @param {string} report
 * @param {import('./shutdown.mjs').Shutdown} shutdown
 * @returns {Promise<number>} the exit code
 */
function runVitest(projects, report, shutdown) {
  const selected = projects.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...selected, ...reporters],
      {
        cwd: repositoryRoot,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    const release = guardProcess(child.pid);
    shutdown.defer(() => void child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      release();
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

/**
 * @typedef {object} TestReport what vitest's json reporter writes, as far as it is needed
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults one per file
 */

/**
 * A file that fails before or beside its tests (an import, a hook) counts as one failed test.
 * @param {TestReport} report
 * @returns {TestCount}
 */
export function countTests(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
}
