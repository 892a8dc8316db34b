// 1. Whatever is guarded is cleaned up when this process ends, however it ends: also by SIGKILL.
// 2. The guardian notices by the end of its stdin, whose only writer is this process: no polling, no reused pid.
// 3. What ended in order is released first, so an orderly exit leaves the guardian nothing to do.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const guardianProgram = fileURLToPath(new URL('guardian-process.mjs', import.meta.url));

/** @typedef {{ kind: 'process', pid: number } | { kind: 'folder', path: string } | { kind: 'container', name: string }} Guarded */

/** @type {import('node:stream').Writable | null} */
let guardian = null;
let lastId = 0;

function guardianInput() {
  if (guardian) return guardian;
  const child = spawn(process.execPath, [guardianProgram], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  child.unref();
  child.once('error', ignore);
  child.stdin.on('error', ignore);
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  guardian = child.stdin;
  return guardian;
}

// A guardian that was killed protects nothing, but must not take the stack down with it.
function ignore() {}

/**
 * @param {Guarded} guarded
 * @returns {() => void} call it once the thing is gone
 */
function guard(guarded) {
  lastId += 1;
  const id = lastId;
  const input = guardianInput();
  input.write(`${JSON.stringify({ id, guarded })}\n`);
  return () => {
    input.write(`${JSON.stringify({ id, guarded: null })}\n`);
  };
}

/** @param {number | undefined} pid of a process; the group that it leads goes with it */
export function guardProcess(pid) {
  return pid === undefined ? ignore : guard({ kind: 'process', pid });
}

/** @param {string} path removed with everything in it */
export function guardFolder(path) {
  return guard({ kind: 'folder', path });
}

/** @param {string} name of a Docker container */
export function guardContainer(name) {
  return guard({ kind: 'container', name });
}
