import type { GoalStatus } from '../../contract/goal-status.ts';
import type { Scores } from '../../contract/review.ts';

/** How one goal of a set fared. */
export interface EvalResult {
  readonly name: string;
  /** Null for a goal that the server refused. */
  readonly goalId: string | null;
  readonly status: GoalStatus | 'refused';
  /** The judges' last word on the answer; null where nobody judged it. */
  readonly scores: Scores | null;
  /** Their mean. */
  readonly score: number | null;
  readonly calls: number;
  readonly costUsd: number | null;
  /** From acceptance to end, in ms. */
  readonly ms: number;
  readonly simulated: boolean;
  /** The version of the prompt of each role. */
  readonly prompts: Readonly<Record<string, string>>;
  /** What was expected and is not so, in sentences. */
  readonly failures: readonly string[];
}

/** One run of a set, as `-o json` prints it and `--save` keeps it. */
export interface EvalReport {
  readonly set: string;
  readonly at: string;
  /** True when any answer came from the emulator instead of a model. */
  readonly simulated: boolean;
  readonly goals: readonly EvalResult[];
  readonly totals: readonly PromptTotals[];
}

/** What the goals took that ran with the same version of every prompt. */
export interface PromptTotals {
  readonly prompts: Readonly<Record<string, string>>;
  readonly goals: number;
  /** Those with at least one failure. */
  readonly failed: number;
  /** The mean over the goals that were judged; null when none was. */
  readonly score: number | null;
  readonly calls: number;
  /** Null when a price is not known. */
  readonly costUsd: number | null;
  /** The sum of the goals' own times, in ms. */
  readonly ms: number;
}
