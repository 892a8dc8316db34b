import { plannerReplySchema, type Decomposition } from '@baton/plan/plan';
import { checkPlannerReply, type PlannerVerdict } from '@baton/plan/planner-reply';
import type { RepairNote } from '@baton/plan/prompts/repair-prompt';
import { plannerPrompt } from '@baton/plan/prompts/planner-prompt';
import type { Recipe } from '@baton/plan/recipes';
import type { WorkerType } from '@baton/plan/worker-type';
import type { GoalError } from '@baton/shared/contract/goal';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import { openJournal } from '@baton/shared/ledger/journal';
import type { Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { structuredCall } from '@baton/shared/model/structured-call';

export interface PlannerRequest {
  readonly goalId: string;
  readonly lease: Lease;
  readonly retries: number;
  readonly brief: GoalBrief;
  readonly recipe: Recipe | null;
  readonly workerTypes: readonly WorkerType[];
  readonly maxTasks: number;
  readonly decomposition: Decomposition;
}

export type Planned =
  | Exclude<PlannerVerdict, { kind: 'broken' }>
  | { readonly kind: 'failed'; readonly error: GoalError };

const MAX_TOKENS = 32_000;
const MAX_REPAIRS = 2;

function failed(type: string, message: string, violations?: GoalError['violations']): Planned {
  return { kind: 'failed', error: { type, message, ...(violations && { violations }) } };
}

function invalid(violations: readonly RepairNote[]): Planned {
  const message = `The planner's plan still broke ${violations.length} laws after ${MAX_REPAIRS} repairs.`;
  return failed('plan_invalid', message, violations);
}

/** Asks the planner's model, sending back every broken law at most twice. */
export function plannerFor(ledger: Ledger, models: ModelAccess) {
  return async (request: PlannerRequest, signal: AbortSignal): Promise<Planned> => {
    const { goalId, lease, retries, brief, recipe, workerTypes, maxTasks, decomposition } = request;
    const limits = { maxTasks, workers: workerTypes.map(({ type }) => type), decomposition };
    const { system, user } = plannerPrompt({ ...brief, recipe, workerTypes, maxTasks, decomposition });
    try {
      const reply = await structuredCall({
        caller: models.callerFor(openJournal(ledger, { goalId, lease, retries })),
        structuredOutput: models.structuredOutput,
        request: {
          model: models.tiers.strong,
          system,
          messages: [{ role: 'user', text: user }],
          maxTokens: MAX_TOKENS,
        },
        schema: plannerReplySchema,
        check: (value) => {
          const checked = checkPlannerReply(value, limits);
          return checked.kind === 'broken' ? checked.violations : [];
        },
        maxRepairs: MAX_REPAIRS,
        signal,
        step: 'plan',
      });
      if (reply.kind === 'refused') return failed('model_refusal', 'The model refused to plan this goal.');
      if (reply.kind === 'invalid') return invalid(reply.violations);
      const verdict = checkPlannerReply(reply.value, limits);
      return verdict.kind === 'broken' ? invalid(verdict.violations) : verdict;
    } catch (error) {
      if (!(error instanceof ModelError) || error.failure.kind === 'cancelled') throw error;
      return failed('model_error', `The goal could not be planned: ${error.message}`);
    }
  };
}
