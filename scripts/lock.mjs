// 1. At most one holder: `mkdir` decides.
// 2. A holder that died is found out: at once by its pid on the same host, else by a heartbeat that stopped.
// 3. Only one waiter at a time may judge a holder dead, and it judges again after it alone may: a fresh lock is never removed.

import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './processes.mjs';

const heartbeatMs = 2_000;
const silentMs = 30_000;
const unsignedMs = 5_000;
const pollMs = 100;

/** `handOver` makes another process of this host the holder; the lock then also ends with that one. */
/** @typedef {{ release: () => void, handOver: (pid: number) => void }} Lock */

/**
 * Takes the lock if nobody holds it.
 * @param {string} path a folder that only locks use; its parent is made
 * @returns {Lock | null}
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  if (!make(path)) {
    removeIfDead(path);
    if (!make(path)) return null;
  }
  sign(path, process.pid);
  const heartbeat = setInterval(() => touch(path), heartbeatMs);
  heartbeat.unref();
  return {
    handOver: (pid) => sign(path, pid),
    release: () => {
      clearInterval(heartbeat);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * Waits for the lock.
 * @param {string} path
 * @param {() => void} onWait called once, when somebody else holds it
 */
export async function lock(path, onWait) {
  let waited = false;
  for (;;) {
    const taken = tryLock(path);
    if (taken) return taken;
    if (!waited) onWait();
    waited = true;
    await delay(pollMs);
  }
}

/** @param {string} path */
function make(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path @param {number} pid */
function sign(path, pid) {
  writeFileSync(join(path, 'holder.json'), JSON.stringify({ host: hostname(), pid }));
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // released between two beats
  }
}

/** @param {string} path */
function removeIfDead(path) {
  if (!isDead(path)) return;
  const judging = `${path}.judging`;
  if (!make(judging)) {
    if (ageOf(judging) > unsignedMs) rmSync(judging, { recursive: true, force: true });
    return;
  }
  try {
    if (isDead(path)) rmSync(path, { recursive: true, force: true });
  } finally {
    rmSync(judging, { recursive: true, force: true });
  }
}

/** @param {string} path */
function isDead(path) {
  const age = ageOf(path);
  if (age > silentMs) return true;
  try {
    /** @type {{ host: string, pid: number }} */
    const holder = JSON.parse(readFileSync(join(path, 'holder.json'), 'utf8'));
    return holder.host === hostname() && !isAlive(holder.pid);
  } catch {
    return age > unsignedMs;
  }
}

/** @param {string} path @returns {number} milliseconds since its last change; 0 when it is gone */
function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
