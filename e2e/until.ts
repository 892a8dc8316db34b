import { setTimeout as delay } from 'node:timers/promises';

const POLL = 50;
const PATIENCE = 30_000;

/** The first answer of `read` that is not null, undefined or false; `what` says in the failure what did not happen. */
export async function until<T>(
  what: string,
  read: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  patienceMs = PATIENCE,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`After ${patienceMs / 1_000} s still not so: ${what}`);
    await delay(POLL);
  }
}
