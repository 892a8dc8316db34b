import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { guardProcess } from './guardian.mjs';
import { stopProcess } from './processes.mjs';
import { SetupError } from './progress.mjs';

const readyTimeoutMs = 60_000;
const graceMs = 30_000;
const tailCharacters = 6_000;

/**
 * @typedef {object} StackPart
 * @property {Promise<string>} ready its URL, from the line `listening on http://…`; rejects with `SetupError` when it
 *   ends first or says nothing for a minute
 * @property {Promise<SetupError>} failed resolves when it ends and nobody stopped it
 * @property {() => Promise<void>} stop SIGTERM, after a grace SIGKILL
 */

/**
 * Starts one of our programs, in a process group of its own: a Ctrl-C at the terminal reaches it as our SIGTERM, in
 * our order. Everything it prints goes to `<logDirectory>/<name>.log`.
 * @param {{ name: string, program: string, environment: NodeJS.ProcessEnv, logDirectory: string }} options
 * @returns {StackPart}
 */
export function startPart({ name, program, environment, logDirectory }) {
  const logFile = join(logDirectory, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(process.execPath, [program], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  const release = guardProcess(child.pid);
  let tail = '';
  let stopped = false;

  /** @param {string} reason */
  function failure(reason) {
    return new SetupError(`The ${name} ${reason}: the end of its log is above, all of it is in ${logFile}`, {
      output: tail,
    });
  }

  /** @type {Promise<string>} */
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(failure(`was not ready after ${readyTimeoutMs / 1000} s`)),
      readyTimeoutMs,
    );
    /** @param {string} text */
    function onOutput(text) {
      log.write(text);
      tail = (tail + text).slice(-tailCharacters);
      const url = listeningUrl(tail);
      if (!url) return;
      clearTimeout(timer);
      resolve(url);
    }
    child.stdout.setEncoding('utf8').on('data', onOutput);
    child.stderr.setEncoding('utf8').on('data', onOutput);
    child.once('error', (error) => onOutput(`${error.message}\n`));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      release();
      log.end();
      reject(failure(`ended with ${signal ?? `code ${code}`} before it was ready`));
    });
  });
  ready.catch(() => {});

  /** @type {Promise<SetupError>} */
  const failed = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      if (!stopped) resolve(failure(`ended with ${signal ?? `code ${code}`}`));
    });
  });

  return {
    ready,
    failed,
    stop: async () => {
      stopped = true;
      await stopProcess(child, graceMs);
    },
  };
}

/**
 * The address in the first complete line that announces one, as a client on this machine reaches it.
 * @param {string} output plain text or JSON lines
 * @returns {string | null}
 */
export function listeningUrl(output) {
  const found = /listening on (https?:\/\/[^\s"'\\,]+)[^\n]*\n/.exec(output);
  if (!found?.[1] || !URL.canParse(found[1])) return null;
  const url = new URL(found[1]);
  if (['0.0.0.0', '[::]'].includes(url.hostname)) url.hostname = '127.0.0.1';
  return url.href.replace(/\/$/, '');
}
