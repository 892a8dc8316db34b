import type { FittedPrompt } from '@baton/plan/prompts/fit-prompt';
import type { ModelTier } from '@baton/plan/worker-type';
import type { BudgetRoom } from '@baton/shared/ledger/run-budget';
import type { ModelAccess } from '@baton/shared/model/model-access';
import type { ModelWindow } from '@baton/shared/model/model-window';

/** Tokens that an answer may take at the least, and those of one of which nothing is known. */
const LEAST_ANSWER = 600;
const USUAL_ANSWER = 2_000;

/** The most tokens of the prompt: where what is left of the budget is less than the window, an answer must have room beside it. */
export function promptWithin(window: ModelWindow, { tokens }: BudgetRoom): number {
  if (tokens === null) return window.promptTokens;
  return Math.max(0, Math.min(window.promptTokens, tokens - LEAST_ANSWER));
}

/** Of the results, the share that a prompt must hold for its answer to be worth more than the results as they stand. */
const LEAST_OF_RESULTS = 0.5;

/** Whether a prompt that was shortened to what is left of the budget still says enough. @param results characters of all of them. */
export function saysEnough(trimmed: FittedPrompt['trimmed'], results: number): boolean {
  const left = trimmed
    .filter(({ part }) => part === 'dependency')
    .reduce((sum, { kept, of }) => sum + of - kept, 0);
  return results - left >= LEAST_OF_RESULTS * results;
}

/** The most tokens that the answer to a prompt may have, so that both fit what is left; as many as the window has where none are. */
export function answerWithin(window: ModelWindow, { tokens }: BudgetRoom, promptTokens: number): number {
  if (tokens === null || tokens <= promptTokens) return window.answerTokens;
  return Math.min(window.answerTokens, tokens - promptTokens);
}

const strongestFirst: readonly ModelTier[] = ['strong', 'balanced', 'fast'];

/** The strongest tier that what is left pays for; the cheapest with a known price where none is, whose call is then refused. */
export function tierWithin(
  { tiers, costOf }: Pick<ModelAccess, 'tiers' | 'costOf'>,
  { costUsd }: BudgetRoom,
  { promptTokens, answerTokens }: ModelWindow,
): ModelTier {
  if (costUsd === null) return 'strong';
  const usage = {
    inputTokens: promptTokens,
    outputTokens: Math.min(answerTokens, USUAL_ANSWER),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
  };
  const costs = strongestFirst.flatMap((tier) => {
    const cost = costOf(tiers[tier], usage);
    return cost === null ? [] : [{ tier, cost }];
  });
  return (costs.find(({ cost }) => cost <= costUsd) ?? costs.at(-1))?.tier ?? 'strong';
}
