import { readFileSync } from 'node:fs';

/** Whether a process stands still by SIGSTOP. Linux tells it in /proc; elsewhere this throws. */
export function isStandingStill(pid: number): boolean {
  if (process.platform !== 'linux')
    throw new Error('Whether a process stands still is read from /proc: Linux only.');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before the state is in brackets and may hold anything.
    return /^ [Tt]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch {
    return false;
  }
}
