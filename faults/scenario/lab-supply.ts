import { openLab } from '../lab/open-lab.ts';
import type { Lab, LabOptions } from '../lab/lab.ts';

/** One lab at a time, in use for many cases: another when one of them has left it in doubt, or when it has grown old. */
export class LabSupply {
  readonly #options: LabOptions;
  readonly #mostCases: number;
  #lab: Lab | null = null;
  #cases = 0;

  /** @param mostCases Each case leaves goals in the lab's Redis, and looking through them takes ever longer. */
  constructor(options: LabOptions, mostCases: number) {
    this.#options = options;
    this.#mostCases = mostCases;
  }

  /** A sound lab. */
  async take(): Promise<Lab> {
    if (this.#cases >= this.#mostCases) await this.discard();
    this.#lab ??= await openLab(this.#options);
    this.#cases += 1;
    return this.#lab;
  }

  /** The next case gets a new one. */
  async discard(): Promise<void> {
    const lab = this.#lab;
    this.#lab = null;
    this.#cases = 0;
    await lab?.close();
  }
}
