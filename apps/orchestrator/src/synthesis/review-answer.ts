import { isUsable } from '@baton/plan/task-readiness';
import { reviewPrompt, type ReviewInput } from '@baton/plan/prompts/review-prompt';
import type { Review } from '@baton/shared/contract/review';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { askJudges, judgeWindow } from '@baton/shared/model/judges';
import type { StepCaller } from '@baton/shared/model/journaled-llm';
import type { ModelAccess } from '@baton/shared/model/model-access';

export interface AnswerToReview {
  readonly brief: GoalBrief;
  readonly results: readonly TaskResult[];
  readonly text: string;
  /** Counts from 1. */
  readonly round: number;
  readonly previousFeedback: readonly string[];
  readonly judges: number;
}

function dependenciesOf(results: readonly TaskResult[]): ReviewInput['dependencies'] {
  return results.flatMap(({ task, outcome }) => {
    if (outcome?.output == null || !isUsable(outcome.status)) return [];
    const status = outcome.status === 'partial' ? 'partial' : 'succeeded';
    return [{ taskId: task.id, status, output: outcome.output, priority: task.priority } as const];
  });
}

/** Has a goal's answer judged, by the strongest model. Rejects as `askJudges` does. */
export async function reviewAnswer(
  models: Pick<ModelAccess, 'tiers' | 'structuredOutput' | 'contextTokens' | 'cachePays'>,
  caller: StepCaller,
  { brief, results, text, round, previousFeedback, judges }: AnswerToReview,
  signal: AbortSignal,
): Promise<Review> {
  const { goal, context } = brief;
  const dependencies = dependenciesOf(results);
  const { review } = await askJudges({
    caller,
    structuredOutput: models.structuredOutput,
    model: models.tiers.strong,
    prompt: (number) =>
      reviewPrompt(
        {
          goal,
          context,
          task: null,
          dependencies,
          result: text,
          previousFeedback,
          judge: { number, of: judges },
        },
        judgeWindow(models.contextTokens),
      ),
    caching: { pays: models.cachePays, calls: judges },
    judges,
    round,
    signal,
  });
  return review;
}
