/** In the order in which they are reported. */
export const laws = [
  'schema',
  'task_limit',
  'unique_ids',
  'known_workers',
  'decomposition',
  'known_dependencies',
  'no_self_dependency',
  'no_duplicate_dependency',
  'no_cycle',
  'for_each',
  'implicit_dependency',
  'no_overlap',
] as const;
export type Law = (typeof laws)[number];

export interface Violation {
  readonly law: Law;
  /** The place in the plan, such as `tasks[2].dependencies[0]`; '' for the plan as a whole. */
  readonly path: string;
  /** The task it is in, as the plan names it; null outside of tasks and where the name is no usable text. */
  readonly taskId: string | null;
  /** What is wrong, where, and the remedy. */
  readonly message: string;
}

/** Violations of one law that are told in full; the rest are counted, so that one law's flood hides no other law. */
export const MOST_PER_LAW = 20;

export interface ViolationSink {
  /** `describe` is called only when its violation is told in full. */
  report(law: Law, describe: () => Omit<Violation, 'law'>): void;
}

export class ViolationList implements ViolationSink {
  readonly #told = new Map<Law, Violation[]>();
  readonly #counts = new Map<Law, number>();

  report(law: Law, describe: () => Omit<Violation, 'law'>): void {
    const count = this.#counts.get(law) ?? 0;
    this.#counts.set(law, count + 1);
    if (count >= MOST_PER_LAW) return;
    const told = this.#told.get(law) ?? [];
    this.#told.set(law, told);
    told.push({ law, ...describe() });
  }

  all(): Violation[] {
    return laws.flatMap((law) => (this.#told.get(law) ?? []).concat(this.#untold(law)));
  }

  #untold(law: Law): Violation[] {
    const untold = (this.#counts.get(law) ?? 0) - MOST_PER_LAW;
    if (untold <= 0) return [];
    const message = `The plan breaks the law "${law}" in ${untold} more places: mend those that are named and check the plan again.`;
    return [{ law, path: 'tasks', taskId: null, message }];
  }
}

/** A name from a plan, fit to be shown: quoted, escaped, and shortened where it is long. */
export function quoted(name: string): string {
  return JSON.stringify(name.length <= 80 ? name : `${name.slice(0, 79)}…`);
}
