/** What every scenario takes, beside options of its own. */
export interface ScenarioOptions {
  /** Repeats the run, as far as the machine's timing lets it. */
  readonly seed: number;
  /** One line of progress, such as a case that has passed or failed. */
  readonly log: (line: string) => void;
  /** Only cases whose name holds this text. */
  readonly only?: string | undefined;
  /** Baton's built files, when they are not the repository's. */
  readonly root?: string | undefined;
}

/** Something that was not as it must be. */
export interface ScenarioViolation {
  /** The case's name, unique within the scenario. */
  readonly case: string;
  /** The checker's name of what was broken; `case` when the case itself could not be carried out. */
  readonly invariant: string;
  readonly goalId: string | null;
  readonly message: string;
  /** The command that repeats it. */
  readonly repeat: string;
}

export interface ScenarioReport {
  readonly name: string;
  /** Carried out, those with violations included. */
  readonly cases: number;
  readonly violations: readonly ScenarioViolation[];
  /** What the run measured, for the table at its end: name → figure with its unit. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly tookMs: number;
}

/** The command that repeats a case. */
export function repeatCommand(scenario: string, seed: number, more: readonly string[] = []): string {
  return ['npm run test:faults --', scenario, '--seed', String(seed), ...more].join(' ');
}
