// Started by guardian.mjs, in its own session. Reads what to guard from stdin, one JSON line each, and cleans up
// whatever is still guarded when stdin ends.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const graceMs = 3_000;
const pollMs = 50;

/** @typedef {import('./guardian.mjs').Guarded} Guarded */

/** @type {Map<number, Guarded>} */
const guardedById = new Map();

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  /** @type {{ id: number, guarded: Guarded | null }} */
  const { id, guarded } = JSON.parse(line);
  if (guarded) guardedById.set(id, guarded);
  else guardedById.delete(id);
}
await cleanUp([...guardedById.values()]);

/** @param {Guarded[]} leftovers */
async function cleanUp(leftovers) {
  const pids = leftovers.flatMap((guarded) => (guarded.kind === 'process' ? [guarded.pid] : []));
  for (const pid of pids) signal(pid, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (pids.some(isRunning) && performance.now() < deadline) await delay(pollMs);
  for (const pid of pids) signal(pid, 'SIGKILL');
  for (const guarded of leftovers) {
    if (guarded.kind === 'container') spawnSync('docker', ['rm', '-f', guarded.name], { stdio: 'ignore' });
    if (guarded.kind === 'folder') rmSync(guarded.path, { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  return signal(pid, 0);
}

/** @param {number} pid @param {NodeJS.Signals | 0} name @returns {boolean} whether the process was there */
function signal(pid, name) {
  return send(-pid, name) || send(pid, name);
}

/** @param {number} target a pid, or a group as its negative @param {NodeJS.Signals | 0} name */
function send(target, name) {
  try {
    process.kill(target, name);
    return true;
  } catch {
    return false;
  }
}
