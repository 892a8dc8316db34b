import type { Goal } from '../../contract/goal.ts';
import { meanScore } from '../../progress/review-data.ts';
import type { EvalReport, EvalResult } from './eval-result.ts';
import type { EvalGoal } from './eval-set.ts';
import { promptTotals } from './prompt-totals.ts';

export function reportOf(set: string, at: string, goals: readonly EvalResult[]): EvalReport {
  return { set, at, simulated: goals.some(({ simulated }) => simulated), goals, totals: promptTotals(goals) };
}

/** @param goal after its end */
export function resultOf(asked: EvalGoal, goal: Goal): EvalResult {
  const scores = goal.reviews.at(-1)?.scores ?? null;
  const score = scores && meanScore(scores);
  return {
    name: asked.name,
    goalId: goal.id,
    status: goal.status,
    scores,
    score,
    calls: goal.usage.calls,
    costUsd: goal.usage.costUsd,
    ms: Date.parse(goal.finishedAt ?? goal.createdAt) - Date.parse(goal.createdAt),
    simulated: goal.simulated,
    prompts: goal.prompts,
    failures: failuresOf(asked, goal, score),
  };
}

export function refusedResult({ name }: EvalGoal, reason: string): EvalResult {
  return {
    name,
    goalId: null,
    status: 'refused',
    scores: null,
    score: null,
    calls: 0,
    costUsd: 0,
    ms: 0,
    simulated: false,
    prompts: {},
    failures: [`The server refused it: ${reason}`],
  };
}

function failuresOf({ expect = {} }: EvalGoal, goal: Goal, score: number | null): string[] {
  const { mentions = [], minScore } = expect;
  const hasAnswer = goal.output !== null && goal.status.endsWith('succeeded');
  if (!hasAnswer) {
    return [`It ended ${goal.status.replaceAll('_', ' ')}${goal.error ? `: ${goal.error.message}` : '.'}`];
  }
  const text = (goal.output ?? '').toLowerCase();
  const failures = mentions
    .filter((mention) => !text.includes(mention.toLowerCase()))
    .map((mention) => `The answer does not mention "${mention}".`);
  if (minScore !== undefined && (score === null || score < minScore)) {
    failures.push(
      `Its score is ${score === null ? 'not known' : score.toFixed(2)}, and should be ${minScore} or more.`,
    );
  }
  return failures;
}
