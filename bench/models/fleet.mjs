import { spawn } from 'node:child_process';
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
    const [[, apiUrl = '']] = await Promise.all([
      start('apps/orchestrator/dist/main.js', LISTENING, { ...common, PORT: '0' }),
      ...Array.from({ length: workers }, () =>
        start('apps/worker/dist/main.js', TAKING_TASKS, { ...common, HEALTH_PORT: '0' }),
      ),
    ]);
    return { apiUrl, emulatorUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @typedef {object} Program
 * @property {(ready: RegExp) => Promise<RegExpExecArray>} printed
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
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN);
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(timer);
    },
  };
}
