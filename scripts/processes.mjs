import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { guardProcess } from './guardian.mjs';

const onWindows = process.platform === 'win32';
const shutdownPollMs = 25;

/**
 * The path of a program, or null.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function programOnPath(name, environment = process.env) {
  const extensions = onWindows ? ['.exe', '.cmd'] : [''];
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    for (const extension of extensions) {
      const candidate = join(directory, name + extension);
      if (directory && isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end. Never throws for what the program does: look at `code` (127: it can't be started,
 * 124: it took longer than `timeoutMs`). `output` is stdout and stderr as they came.
 * @param {string} program
 * @param {string[]} programArguments
 * @param {{ cwd?: string, environment?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, stdout: string, output: string }>}
 */
export function capture(program, programArguments, { cwd, environment = process.env, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, {
      ...(cwd ? { cwd } : {}),
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !onWindows,
      shell: onWindows,
      windowsHide: true,
    });
    const release = guardProcess(child.pid);
    let stdout = '';
    let output = '';
    let timedOut = false;
    const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : null;
    function onTimeout() {
      timedOut = true;
      signalGroup(child.pid, 'SIGKILL');
    }
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    /** @param {number} code */
    function finish(code) {
      if (timer) clearTimeout(timer);
      release();
      resolve({ code, stdout, output });
    }
    child.once('error', (error) => {
      output += String(error);
      finish(127);
    });
    child.once('close', (code) => finish(timedOut ? 124 : (code ?? 1)));
  });
}

/**
 * Signals a process that leads its own group, and the group with it.
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(onWindows ? pid : -pid, signal);
  } catch {
    // it is gone already
  }
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * SIGTERM, then SIGKILL after the grace. Resolves once the process has ended.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} graceMs
 */
export async function stopProcess(child, graceMs) {
  if (hasEnded(child)) return;
  signalGroup(child.pid, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (!hasEnded(child) && performance.now() < deadline) await delay(shutdownPollMs);
  if (!hasEnded(child)) signalGroup(child.pid, 'SIGKILL');
  while (!hasEnded(child)) await delay(shutdownPollMs);
}

/** @param {import('node:child_process').ChildProcess} child */
export function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
