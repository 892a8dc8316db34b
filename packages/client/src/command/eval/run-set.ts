import { BatonError, type BatonClient, type NewGoalOptions } from '../../client.ts';
import { refusedResult, resultOf } from './eval-report.ts';
import type { EvalResult } from './eval-result.ts';
import type { EvalGoal } from './eval-set.ts';

export interface SetRun {
  /** Goals that are on their way at once. */
  readonly concurrency: number;
  /** Held over what the goals say themselves. */
  readonly options: NewGoalOptions;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onResult: (result: EvalResult) => void;
}

/** Revisions of what judges refuse, unless something else is said: at least one, since without there are no judges. */
const REVIEW_ROUNDS = 1;

/**
 * Runs every goal to its end; resolves to the results in the set's order. A goal that the server refuses is a result too;
 * when no server can be asked any more, or the signal is aborted, it rejects, and goals that are on their way go on.
 */
export async function runSet(
  goals: BatonClient['goals'],
  set: readonly EvalGoal[],
  run: SetRun,
): Promise<EvalResult[]> {
  const results: EvalResult[] = [];
  const stopping = new AbortController();
  const signal = AbortSignal.any([run.signal, stopping.signal]);
  let next = 0;

  async function lane(): Promise<void> {
    for (let at = next++; at < set.length; at = next++) {
      const asked = set[at];
      if (!asked) return;
      const result = await runGoal(goals, asked, { ...run, signal });
      results[at] = result;
      run.onResult(result);
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(run.concurrency, set.length) }, lane));
  } finally {
    stopping.abort();
  }
  return results;
}

async function runGoal(
  goals: BatonClient['goals'],
  asked: EvalGoal,
  { options, labels, signal }: SetRun,
): Promise<EvalResult> {
  const { goal, context, recipe } = asked;
  try {
    const { id } = await goals.create(
      {
        goal,
        ...(context !== undefined && { context }),
        ...(recipe !== undefined && { recipe }),
        options: { reviewRounds: REVIEW_ROUNDS, ...asked.options, ...options },
        labels,
      },
      { signal },
    );
    return resultOf(asked, await goals.wait(id, { signal }));
  } catch (error) {
    if (error instanceof BatonError && error.status < 500 && error.status !== 429 && error.status !== 401) {
      return refusedResult(asked, error.detail);
    }
    throw error;
  }
}
