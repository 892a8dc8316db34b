import { z } from 'zod';
import { assessorPrompt } from '@baton/plan/prompts/assessor-prompt';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { openJournal } from '@baton/shared/ledger/journal';
import type { Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { windowOf } from '@baton/shared/model/model-window';
import { structuredCall } from '@baton/shared/model/structured-call';
import { toldOutcomes } from '../synthesis/told-outcomes.ts';

/** Thinking counts too, and some models can't do without. */
const MAX_TOKENS = 8_000;
const MOST_REASON = 2_000;

const assessmentSchema = z.object({ reason: z.string(), suffices: z.boolean() });

/** Whether what is there suffices, and why or why not, for people. */
export type Assessment = z.output<typeof assessmentSchema>;

export interface AssessmentRequest {
  readonly goalId: string;
  readonly lease: Lease;
  readonly retries: number;
  readonly purpose: CallPurpose;
  readonly brief: GoalBrief;
  readonly results: readonly TaskResult[];
}

const unsaid = { suffices: false, reason: 'The assessor gave no readable word, so everything goes on.' };

/** Asks the assessor's model; whatever is no clear word counts as no. */
export function assessorFor(ledger: Ledger, models: ModelAccess) {
  return async (request: AssessmentRequest, signal: AbortSignal): Promise<Assessment> => {
    const { goalId, lease, retries, purpose, brief, results } = request;
    const { answerTokens, promptTokens } = windowOf(models.contextTokens, MAX_TOKENS);
    const prompt = assessorPrompt(
      {
        goal: brief.goal,
        context: brief.context,
        outcomes: toldOutcomes(results.filter(({ outcome }) => outcome !== null)),
        openTasks: results.flatMap(({ task, outcome }) => (outcome === null ? [task] : [])),
      },
      promptTokens,
    );
    try {
      const reply = await structuredCall({
        caller: models.callerFor(openJournal(ledger, { goalId, lease, retries }, purpose), purpose),
        structuredOutput: models.structuredOutput,
        request: {
          model: models.tiers.strong,
          system: prompt.system,
          messages: [{ role: 'user', text: prompt.user }],
          maxTokens: answerTokens,
        },
        schema: assessmentSchema,
        maxRepairs: 1,
        signal,
        step: 'assessment',
      });
      if (reply.kind !== 'ok') return unsaid;
      const { suffices, reason } = reply.value;
      const fallback = suffices ? 'The results suffice.' : 'The results do not suffice yet.';
      return { suffices, reason: reason.trim().slice(0, MOST_REASON) || fallback };
    } catch (error) {
      if (!(error instanceof ModelError) || error.failure.kind === 'cancelled') throw error;
      return unsaid;
    }
  };
}
