import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/paths.mjs';

const READY_WITHIN = 90_000;
const ENDED_WITHIN = 10_000;
const LISTENING = /listening on (http:\/\/[^\s"]+)/;
const TAKING_TASKS = /taking tasks/;

/**
 * @typedef {object} FleetOptions
 * @property {string} redisUrl
 * @property {string} prefix of every key
 * @property {number} workers processes
 * @property {Readonly<Record<string, string>>} emulator its settings
 * @property {Readonly<Record<string, string>>} environment of the orchestrator and the workers
 * @property {number} output file descriptor that takes what they write
 */

/**
 * The built programs, as an operator runs them, with the emulator as their model.
 * @typedef {object} Fleet
 * @property {string} apiUrl
 * @property {string} emulatorUrl
 * @property {() => Promise<void>} addWorker resolves when one process more takes tasks
 * @property {() => number} cpuSeconds that its processes, the emulator too, have used so far; NaN where there is no /proc
 * @property {() => Promise<void>} stop
 */

/** @param {FleetOptions} options @returns {Promise<Fleet>} */
export async function startFleet({ redisUrl, prefix, workers, emulator, environment, output }) {
  /** @type {Program[]} */
  const programs = [];
  /** @param {string} path @param {RegExp} ready @param {Readonly<Record<string, string>>} settings */
  const start = async (path, ready, settings) => {
    const program = startProgram(path, settings, output);
    programs.push(program);
    return program.printed(ready);
  };
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()));
  };
  try {
    const [, emulatorUrl = ''] = await start('packages/emulator/dist/main.js', LISTENING, {
      EMULATOR_PORT: '0',
      EMULATOR_PACE: '0',
      ...emulator,
    });
    const common = {
      REDIS_URL: redisUrl,
      BATON_PREFIX: prefix,
      ANTHROPIC_BASE_URL: emulatorUrl,
      ...environment,
    };
    const addWorker = async () =>
      void (await start('apps/worker/dist/main.js', TAKING_TASKS, { ...common, HEALTH_PORT: '0' }));
    const [[, apiUrl = '']] = await Promise.all([
      start('apps/orchestrator/dist/main.js', LISTENING, { ...common, PORT: '0' }),
      ...Array.from({ length: workers }, addWorker),
    ]);
    const cpuSeconds = () => programs.reduce((sum, program) => sum + program.cpuSeconds(), 0);
    return { apiUrl, emulatorUrl, addWorker, cpuSeconds, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @typedef {object} Program
 * @property {(ready: RegExp) => Promise<RegExpExecArray>} printed
 * @property {() => number} cpuSeconds
 * @property {() => Promise<void>} stop
 */

/** @param {string} path @param {Readonly<Record<string, string>>} settings @param {number} output @returns {Program} */
function startProgram(path, settings, output) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(repositoryRoot, path)], {
    env: { PATH, HOME, ...settings },
    stdio: ['ignore', 'pipe', output],
  });
  const stdout = /** @type {import('node:stream').Readable} */ (child.stdout);
  let text = '';
  stdout.setEncoding('utf8').on('data', (/** @type {string} */ piece) => {
    if (text.length < 100_000) text += piece;
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    printed: (ready) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(new Error(`${path} was not ready in time`)), READY_WITHIN);
        /** @param {RegExpExecArray | Error} result */
        function finish(result) {
          clearTimeout(timer);
          stdout.off('data', look);
          child.off('exit', gone);
          if (result instanceof Error) reject(result);
          else resolve(result);
        }
        function look() {
          const found = ready.exec(text);
          if (found) finish(found);
        }
        function gone() {
          finish(new Error(`${path} ended before it was ready: ${text.slice(-2_000)}`));
        }
        stdout.on('data', look);
        child.once('exit', gone);
        look();
      }),
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN);
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(timer);
    },
  };
}

/** Clock ticks of a second, on every Linux that Node runs on. */
const TICKS = 100;

/** @param {number} pid @returns {number} user and system time; 0 for a process that is gone, NaN where there is no /proc */
function cpuSecondsOf(pid) {
  if (process.platform !== 'linux') return NaN;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before the numbers is in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return 0;
  }
}
