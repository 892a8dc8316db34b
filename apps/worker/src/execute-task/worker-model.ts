import type { z } from 'zod';
import type { ModelTier } from '@baton/plan/worker-type';
import type { StepCall, StepCaller } from '@baton/shared/model/journaled-llm';
import { isCutOff, ModelError, type LlmResponse } from '@baton/shared/model/llm';
import type { ModelTiers } from '@baton/shared/model/model-tiers';
import { structuredCall } from '@baton/shared/model/structured-call';
import { isRedisFailure } from '@baton/shared/redis/failure';
import type { ModelRequest, WorkerModel } from '../define-worker.ts';
import { JournalUnavailable, TaskFailure } from './task-failure.ts';

export interface WorkerModelOptions {
  readonly caller: StepCaller;
  readonly tiers: ModelTiers;
  readonly structuredOutput: 'native' | 'prompt';
  /** Asked unless a call names another. */
  readonly tier: ModelTier;
  /** Output tokens of a call that names no limit. */
  readonly maxTokens: number;
  /** Tells the steps of a revision from those of the first run. */
  readonly stepPrefix: string;
  readonly onTier: (tier: ModelTier) => void;
  readonly signal: AbortSignal;
}

function refuseRefusal({ stopReason }: LlmResponse): void {
  if (stopReason === 'refusal') throw new TaskFailure('The model refused this task.');
}

/** Keeps each call that passes through, journaled ones included. */
export function keepingCalls(caller: StepCaller, calls: StepCall[]): StepCaller {
  return {
    async call(request, options) {
      try {
        const call = await caller.call(request, options);
        calls.push(call);
        return call;
      } catch (error) {
        throw !(error instanceof ModelError) && isRedisFailure(error) ? new JournalUnavailable(error) : error;
      }
    },
  };
}

/** The model as one run of a worker sees it. */
export function openRunModel(options: WorkerModelOptions): WorkerModel {
  const { caller, tiers, structuredOutput, stepPrefix, signal } = options;
  let steps = 0;
  const nextStep = (): string => `${stepPrefix}call-${(steps += 1)}`;
  const llmRequest = ({
    system,
    prompt,
    tier = options.tier,
    maxTokens = options.maxTokens,
  }: ModelRequest) => {
    options.onTier(tier);
    return { model: tiers[tier], system, messages: [{ role: 'user', text: prompt }] as const, maxTokens };
  };

  return {
    async text(request) {
      const step = nextStep();
      const { response } = await caller.call(
        { ...llmRequest(request), jsonSchema: null },
        { signal, step, attempt: 1 },
      );
      refuseRefusal(response);
      return { text: response.text, truncated: isCutOff(response) };
    },
    async object(request) {
      const reply = await structuredCall({
        caller,
        structuredOutput,
        request: llmRequest(request),
        schema: request.schema as z.ZodType<z.output<typeof request.schema>>,
        maxRepairs: 1,
        signal,
        step: nextStep(),
      });
      if (reply.kind === 'refused') throw new TaskFailure('The model refused this task.');
      if (reply.kind === 'invalid') {
        const what = reply.violations
          .map(({ path, message }) => `${path || 'the reply'}: ${message}`)
          .join('; ');
        throw new TaskFailure(`The model's reply did not fit the schema, nor did its repair: ${what}`);
      }
      return reply.value;
    },
  };
}
