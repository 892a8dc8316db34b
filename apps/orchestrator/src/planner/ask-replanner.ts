import type { Plan } from '@baton/plan/plan';
import { fitPrompt } from '@baton/plan/prompts/fit-prompt';
import { replanPrompt } from '@baton/plan/prompts/replan-prompt';
import { applyPatch, planPatchSchema, type PatchVerdict, type PlanOutcomes } from '@baton/plan/replan';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { openJournal } from '@baton/shared/ledger/journal';
import type { Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { windowOf } from '@baton/shared/model/model-window';
import { structuredCall } from '@baton/shared/model/structured-call';
import { planLimits, type PlanningInput } from './planning-input.ts';

export interface ReplannerRequest {
  readonly goalId: string;
  readonly lease: Lease;
  readonly retries: number;
  readonly purpose: CallPurpose;
  readonly input: PlanningInput;
  readonly plan: Plan;
  readonly results: readonly TaskResult[];
}

export type Replanned =
  | (Extract<PatchVerdict, { kind: 'patched' }> & {
      /** What the planner said of it. */
      readonly analysis: string;
      readonly drop: readonly string[];
      readonly replace: readonly string[];
      readonly add: readonly string[];
    })
  /** The plan stays as it is; `reason` is for the log. */
  | { readonly kind: 'kept'; readonly reason: string };

const MAX_TOKENS = 32_000;
const MAX_REPAIRS = 2;

/** How the tasks ended. One whose job was lost counts as cancelled. */
export function outcomesOf(results: readonly TaskResult[]): PlanOutcomes {
  return new Map(results.map(({ task, outcome }) => [task.id, outcome?.status ?? 'cancelled']));
}

function promptOf({ input, results }: ReplannerRequest, tokens: number) {
  const told = results.filter(({ outcome }) => outcome?.output);
  const texts = told.map(({ task, outcome }) => ({
    text: outcome?.output ?? '',
    rank: 0,
    part: 'dependency' as const,
    taskId: task.id,
  }));
  return fitPrompt(texts, tokens, (fitted) => {
    const outputs = new Map(told.map(({ task }, index) => [task.id, fitted[index] ?? null]));
    const tasks = results.map(({ task, outcome }) => ({
      task,
      status: outcome?.status ?? 'cancelled',
      output: outputs.get(task.id) ?? null,
      errors: outcome?.errors ?? [],
    }));
    return replanPrompt({ ...input.brief, ...input, tasks });
  });
}

/** Asks how a plan of which tasks have failed is to go on. Rejects only with what the queue should try again. */
export function replannerFor(ledger: Ledger, models: ModelAccess) {
  return async (request: ReplannerRequest, signal: AbortSignal): Promise<Replanned> => {
    const { input, plan, results } = request;
    const outcomes = outcomesOf(results);
    const limits = planLimits(input);
    const { answerTokens, promptTokens } = windowOf(models.contextTokens, MAX_TOKENS);
    const { system, user } = promptOf(request, promptTokens);
    try {
      const reply = await structuredCall({
        caller: models.callerFor(openJournal(ledger, request, request.purpose), request.purpose),
        structuredOutput: models.structuredOutput,
        request: {
          model: models.tiers.strong,
          system,
          messages: [{ role: 'user', text: user }],
          maxTokens: answerTokens,
        },
        schema: planPatchSchema,
        check: (patch) => {
          const verdict = applyPatch(plan, outcomes, patch, limits);
          return verdict.kind === 'broken' ? verdict.violations : [];
        },
        maxRepairs: MAX_REPAIRS,
        signal,
        step: 'replan',
      });
      if (reply.kind === 'refused') {
        const why = reply.refusal === undefined ? '' : `: ${reply.refusal}`;
        return { kind: 'kept', reason: `the model refused to change the plan${why}` };
      }
      if (reply.kind === 'invalid') {
        return { kind: 'kept', reason: `the change still broke ${reply.violations.length} laws` };
      }
      const { analysis, drop, replace, add } = reply.value;
      const verdict = applyPatch(plan, outcomes, reply.value, limits);
      if (verdict.kind !== 'patched') return { kind: 'kept', reason: 'the planner changes nothing' };
      const idOf = ({ id }: { readonly id: string }): string => id;
      return { ...verdict, analysis, drop, replace: replace.map(idOf), add: add.map(idOf) };
    } catch (error) {
      if (!(error instanceof ModelError) || error.failure.kind === 'cancelled') throw error;
      return { kind: 'kept', reason: error.message };
    }
  };
}
