import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { MemoryFigure } from './report.ts';

/** What a process may hold more than before the run once it is over, in MiB: an engine keeps some of what it freed. */
const MOST_GROWTH = 256;
/** How long a process may take to give memory back, in ms. */
const PATIENCE = 20_000;
const POLL = 500;

/** What a process holds in memory, in MiB; null where the system does not say. */
function residentMiB(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
  } catch {
    return null;
  }
}

interface Watched {
  readonly name: string;
  readonly pid: number;
  readonly before: number | null;
  most: number | null;
  after: number | null;
}

/** The memory of some processes from now on. */
export class MemoryWatch {
  readonly #watched: readonly Watched[];

  constructor(processes: readonly { readonly name: string; readonly pid: number }[]) {
    this.#watched = processes.map(({ name, pid }) => {
      const before = residentMiB(pid);
      return { name, pid, before, most: before, after: before };
    });
  }

  look(): void {
    for (const one of this.#watched) {
      one.after = residentMiB(one.pid);
      if (one.after !== null && one.after > (one.most ?? 0)) one.most = one.after;
    }
  }

  /** Waits for the processes to give back what they took; those that do not are faults. */
  async faults(): Promise<string[]> {
    const grown = (): Watched[] => {
      this.look();
      return this.#watched.filter(
        ({ before, after }) => before !== null && after !== null && after - before > MOST_GROWTH,
      );
    };
    for (const deadline = performance.now() + PATIENCE; grown().length > 0 && performance.now() < deadline;)
      await delay(POLL);
    return grown().map(
      ({ name, before, after }) =>
        `the ${name} has grown from ${Math.round(before ?? 0)} to ${Math.round(after ?? 0)} MiB`,
    );
  }

  figures(): MemoryFigure[] {
    return this.#watched.map(({ name, before, most, after }) => ({ name, before, most, after }));
  }
}
