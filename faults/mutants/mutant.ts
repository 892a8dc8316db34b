import type { ScenarioName } from './scenarios/scenarios.ts';

/** One exact text of a source file, which must occur there once, and what stands there in the mutant. */
export interface Edit {
  /** Below the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A build of Baton with one thing wrong. */
export interface Mutant {
  readonly name: string;
  /** What it does that Baton must not do. */
  readonly breaks: string;
  /** More than one where Baton has two defences, each of which would hide that the other is gone. */
  readonly edits: readonly Edit[];
  /** Where it must show. */
  readonly scenario: ScenarioName;
  /** The invariants any of which must tell it: the checker's, or the scenario's own. */
  readonly caughtBy: readonly string[];
  /** Part of a short run. */
  readonly quick?: true;
}
