import { plannerReplySchema } from '@baton/plan/plan';
import { checkPlannerReply, type PlannerVerdict } from '@baton/plan/planner-reply';
import type { RepairNote } from '@baton/plan/prompts/repair-prompt';
import { plannerPrompt } from '@baton/plan/prompts/planner-prompt';
import type { GoalError } from '@baton/shared/contract/goal';
import { openJournal } from '@baton/shared/ledger/journal';
import { BudgetExceeded } from '@baton/shared/model/budget-exceeded';
import type { Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import type { StepCaller } from '@baton/shared/model/journaled-llm';
import { ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { windowOf } from '@baton/shared/model/model-window';
import { refusalText } from '@baton/shared/model/refusal-text';
import { structuredCall } from '@baton/shared/model/structured-call';
import { planForm } from './plan-form.ts';
import { planLimits, type PlanningInput } from './planning-input.ts';

export interface PlannerRequest extends PlanningInput {
  readonly goalId: string;
  readonly lease: Lease;
  readonly retries: number;
  readonly purpose: CallPurpose;
}

export type Planned =
  /** `calls`: that it took. */
  | (Exclude<PlannerVerdict, { kind: 'broken' }> & { readonly calls: number })
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

/** Asks the planner's model, sending back every broken law at most twice. Rejects with what `caller` rejects with. */
export async function askPlanner(
  models: Pick<ModelAccess, 'tiers' | 'structuredOutput' | 'plansInXml' | 'contextTokens'>,
  caller: StepCaller,
  input: PlanningInput,
  signal: AbortSignal,
): Promise<Planned> {
  const limits = planLimits(input);
  const { system, user } = plannerPrompt({ ...input.brief, ...input });
  const reply = await structuredCall({
    caller,
    structuredOutput: models.structuredOutput,
    ...planForm(models, limits.workers),
    request: {
      model: models.tiers.strong,
      system,
      messages: [{ role: 'user', text: user }],
      maxTokens: windowOf(models.contextTokens, MAX_TOKENS).answerTokens,
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
  if (reply.kind === 'refused')
    return failed('model_refusal', refusalText('The model refused to plan this goal', reply));
  if (reply.kind === 'invalid') return invalid(reply.violations);
  const verdict = checkPlannerReply(reply.value, limits);
  return verdict.kind === 'broken' ? invalid(verdict.violations) : { ...verdict, calls: reply.calls.length };
}

export function notPlanned(error: ModelError): GoalError {
  const type = error instanceof BudgetExceeded ? error.type : 'model_error';
  return { type, message: `The goal could not be planned: ${error.message}` };
}

/** Plans goals: every answer is kept in the goal's journal. Rejects only with what the queue should try again. */
export function plannerFor(ledger: Ledger, models: ModelAccess) {
  return async (request: PlannerRequest, signal: AbortSignal): Promise<Planned> => {
    try {
      return await askPlanner(
        models,
        models.callerFor(openJournal(ledger, request, request.purpose), request.purpose),
        request,
        signal,
      );
    } catch (error) {
      if (!(error instanceof ModelError) || error.failure.kind === 'cancelled') throw error;
      return { kind: 'failed', error: notPlanned(error) };
    }
  };
}
