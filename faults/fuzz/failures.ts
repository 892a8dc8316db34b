/** What went wrong, once per kind; the first of a kind with all that is needed to see it again. */
export interface Failure {
  readonly family: string;
  readonly fault: string;
  readonly what: string;
  readonly reproduction: string;
  count: number;
}

/** Alike but for numbers and quoted texts. */
function kindOf(family: string, fault: string): string {
  return `${family} ${fault
    .slice(0, 160)
    .replaceAll(/\d+/g, '#')
    .replaceAll(/"[^"]*"?/g, '"…"')}`;
}

export class Failures {
  readonly #byKind = new Map<string, Failure>();
  readonly #onNew: (failure: Failure) => void;

  constructor(onNew: (failure: Failure) => void) {
    this.#onNew = onNew;
  }

  add(failure: Omit<Failure, 'count'>): void {
    const kind = kindOf(failure.family, failure.fault);
    const known = this.#byKind.get(kind);
    if (known) {
      known.count += 1;
      return;
    }
    const fresh = { ...failure, count: 1 };
    this.#byKind.set(kind, fresh);
    this.#onNew(fresh);
  }

  all(): Failure[] {
    return [...this.#byKind.values()];
  }
}
