import { join } from 'node:path';
import { tryLock } from './lock.mjs';
import { batonDirectory } from './paths.mjs';

/**
 * The folder where `npm start` keeps its data: `.baton/redis`, or the next free one while another instance uses it.
 * @returns {{ path: string, isFirst: boolean, lock: import('./lock.mjs').Lock }}
 */
export function claimDataDirectory() {
  for (let number = 1; ; number += 1) {
    const path = join(batonDirectory, number === 1 ? 'redis' : `redis-${number}`);
    const lock = tryLock(`${path}.lock`);
    if (lock) return { path, isFirst: number === 1, lock };
  }
}
