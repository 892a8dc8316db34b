import { synthesisPrompt } from '@baton/plan/prompts/synthesis-prompt';
import type { Recipe } from '@baton/plan/recipes';
import type { GoalError } from '@baton/shared/contract/goal';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { TaskResult } from '@baton/shared/ledger/goal-view';
import { openJournal } from '@baton/shared/ledger/journal';
import type { Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { isCutOff, ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';

const MAX_TOKENS = 32_000;

export interface SynthesisRequest {
  readonly goalId: string;
  readonly lease: Lease;
  readonly retries: number;
  readonly brief: GoalBrief;
  readonly recipe: string | null;
  readonly results: readonly TaskResult[];
  readonly onText: (delta: string) => void;
  /** The text so far is void. */
  readonly onLost: () => void;
}

export type Synthesised =
  /** `isCutOff`: the model stopped at the most tokens that an answer may have, not at its end. */
  | { readonly kind: 'answer'; readonly text: string; readonly isCutOff: boolean }
  | { readonly kind: 'failed'; readonly error: GoalError };

function failed(type: string, message: string): Synthesised {
  return { kind: 'failed', error: { type, message } };
}

/** Asks the synthesiser's model, streaming; the answer is kept in the goal's journal before anything is done with it. */
export function synthesiserFor(ledger: Ledger, models: ModelAccess, recipes: ReadonlyMap<string, Recipe>) {
  return async (request: SynthesisRequest, signal: AbortSignal): Promise<Synthesised> => {
    const { goalId, lease, retries, brief, results } = request;
    const { system, user } = synthesisPrompt({
      ...brief,
      recipe: request.recipe === null ? null : (recipes.get(request.recipe) ?? null),
      outcomes: results.map(({ task, outcome }) => ({
        taskId: task.id,
        worker: task.worker,
        description: task.description,
        status: outcome?.status ?? 'cancelled',
        output: outcome?.output ?? null,
        errors: outcome?.errors ?? ['Its job left the queue without an outcome.'],
      })),
    });
    const caller = models.callerFor(openJournal(ledger, { goalId, lease, retries }));
    try {
      const { response } = await caller.call(
        {
          model: models.tiers.strong,
          system,
          messages: [{ role: 'user', text: user }],
          maxTokens: MAX_TOKENS,
          jsonSchema: null,
        },
        { signal, onText: request.onText, onLost: request.onLost, step: 'synthesis', attempt: 1 },
      );
      if (response.stopReason === 'refusal')
        return failed('model_refusal', 'The model refused to put the answer together.');
      if (response.text.trim() === '') return failed('model_error', 'The model gave an empty answer.');
      return { kind: 'answer', text: response.text, isCutOff: isCutOff(response) };
    } catch (error) {
      if (!(error instanceof ModelError) || error.failure.kind === 'cancelled') throw error;
      return failed('model_error', `The answer could not be put together: ${error.message}`);
    }
  };
}
