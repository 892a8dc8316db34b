import { readFileSync } from 'node:fs';
import type { Baton } from './port.ts';

/** What both transports need. */
export interface Serving {
  /** Baton with the key that this process was given, or without one. */
  readonly baton: Baton;
  /** For people, one line each; never stdout, which carries the protocol. */
  readonly log: (line: string) => void;
  /** Ends it: waits end at once and their callers are told, and then everything is closed. */
  readonly stop: AbortSignal;
}

/** Characters of a line about what a client sent. */
export const LOG_LIMIT = 500;

/** Of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Resolves when one of the signals is aborted, or with `other`. */
export async function waitFor(signals: readonly AbortSignal[], other?: Promise<void>): Promise<void> {
  const over = new AbortController();
  const aborted = signals.map(
    (signal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
      }),
  );
  await Promise.race(other === undefined ? aborted : [...aborted, other]);
  over.abort();
}
