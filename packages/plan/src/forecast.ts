import type { Complexity } from './plan.ts';
import type { ModelTier } from './worker-type.ts';

/** What work takes: tokens of prompts and answers together, cached ones included, and US dollars; null when a price is not known. */
export interface Need {
  readonly tokens: number;
  readonly costUsd: number | null;
}

/** `history`: what nine of ten of the latest such tasks stayed within. `prior`: there are too few of them, and this is a guess. */
export type ForecastBasis = 'history' | 'prior';

/** What a task will take when its calls use the models of a tier. */
export interface TierForecast extends Need {
  readonly tier: ModelTier;
  readonly seconds: number;
  /** Past tasks that it rests on. */
  readonly samples: number;
  readonly basis: ForecastBasis;
  /** What may be held against the task: the forecast itself where it rests on history, else what its prompt takes at the least. */
  readonly sure: Need;
}

/** Tokens and seconds. */
export interface Work {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly seconds: number;
}

/** Guesses for the calls of a task that no history tells of: one call with the results of a few tasks in its prompt. */
export const taskPriors: Readonly<Record<Complexity, Work>> = {
  low: { inputTokens: 1_500, outputTokens: 700, seconds: 10 },
  medium: { inputTokens: 4_000, outputTokens: 2_000, seconds: 30 },
  high: { inputTokens: 8_000, outputTokens: 4_000, seconds: 75 },
};

/** What one judge is told besides the result that it judges, and what it says. */
const judgePrior: Work = { inputTokens: 1_500, outputTokens: 800, seconds: 10 };
/** What the synthesiser is told besides the results, and what it writes. */
const synthesisPrior: Work = { inputTokens: 2_000, outputTokens: 3_000, seconds: 45 };

/** Reviews that a goal asks for. */
export interface Reviewing {
  /** Revisions that may be made; 0: nothing is judged. */
  readonly rounds: number;
  readonly judges: number;
}

/** Of the rounds that a goal allows, those that a forecast counts: most results pass at the first or the second review. */
const ROUNDS_COUNTED = 1;

/**
 * Work with its reviews, by its judges' and by its own models: as if the first version were sent back once and the second one passed.
 */
export function withReviews(
  work: Work,
  { rounds, judges }: Reviewing,
): { readonly own: Work; readonly judging: Work } {
  const none: Work = { inputTokens: 0, outputTokens: 0, seconds: 0 };
  if (rounds === 0) return { own: work, judging: none };
  const versions = 1 + Math.min(rounds, ROUNDS_COUNTED);
  const own: Work = {
    // A revision is told the version before it.
    inputTokens: versions * work.inputTokens + (versions - 1) * work.outputTokens,
    outputTokens: versions * work.outputTokens,
    seconds: versions * work.seconds,
  };
  const reviews = versions * judges;
  const judging: Work = {
    inputTokens: reviews * (judgePrior.inputTokens + work.outputTokens),
    outputTokens: reviews * judgePrior.outputTokens,
    // They judge side by side.
    seconds: versions * judgePrior.seconds,
  };
  return { own, judging };
}

/** @param resultTokens what the results take together that the answer is made of. */
export function synthesisWork(resultTokens: number): Work {
  return { ...synthesisPrior, inputTokens: synthesisPrior.inputTokens + resultTokens };
}

/** Of a task that is handed on as a goal: tasks that its plan is taken to have, or items of the list that it goes over. */
export const TASKS_OF_SUB_GOAL = 4;

export function times(factor: number, { inputTokens, outputTokens, seconds }: Work): Work {
  return { inputTokens: factor * inputTokens, outputTokens: factor * outputTokens, seconds };
}

/** Null as soon as one is not known. */
export function needOf(needs: readonly Need[]): Need {
  return needs.reduce(
    (sum, { tokens, costUsd }) => ({
      tokens: sum.tokens + tokens,
      costUsd: sum.costUsd === null || costUsd === null ? null : sum.costUsd + costUsd,
    }),
    { tokens: 0, costUsd: 0 } as Need,
  );
}
