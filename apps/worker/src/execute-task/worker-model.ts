import type { z } from 'zod';
import type { ModelTier } from '@baton/plan/worker-type';
import type { StepCall, StepCaller } from '@baton/shared/model/journaled-llm';
import { isCutOff, ModelError, type LlmResponse } from '@baton/shared/model/llm';
import type { ModelTiers } from '@baton/shared/model/model-tiers';
import { structuredCall } from '@baton/shared/model/structured-call';
import { isRedisFailure } from '@baton/shared/redis/failure';
import type { ModelRequest, WorkerModel } from '../define-worker.ts';
import { JournalUnavailable, TaskFailure } from './task-failure.ts';

const DEFAULT_MAX_TOKENS = 16_000;

export interface WorkerModelOptions {
  readonly caller: StepCaller;
  readonly tiers: ModelTiers;
  readonly structuredOutput: 'native' | 'prompt';
  readonly tier: ModelTier;
  readonly signal: AbortSignal;
}

/** The model as one run of a task sees it, and the calls that the run has made. */
export interface RunModel {
  readonly model: WorkerModel;
  readonly calls: readonly StepCall[];
}

function refuseRefusal({ stopReason }: LlmResponse): void {
  if (stopReason === 'refusal') throw new TaskFailure('The model refused this task.');
}

/** Keeps each call that passes through, journaled ones included. */
function keeping(caller: StepCaller, calls: StepCall[]): StepCaller {
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

export function openRunModel({
  caller,
  tiers,
  structuredOutput,
  tier,
  signal,
}: WorkerModelOptions): RunModel {
  const calls: StepCall[] = [];
  const kept = keeping(caller, calls);
  let steps = 0;
  const nextStep = (): string => `call-${(steps += 1)}`;
  const llmRequest = (request: ModelRequest) => ({
    model: tiers[request.tier ?? tier],
    system: request.system,
    messages: [{ role: 'user', text: request.prompt }] as const,
    maxTokens: request.maxTokens ?? DEFAULT_MAX_TOKENS,
  });

  const model: WorkerModel = {
    async text(request) {
      const step = nextStep();
      const { response } = await kept.call(
        { ...llmRequest(request), jsonSchema: null },
        { signal, step, attempt: 1 },
      );
      refuseRefusal(response);
      return { text: response.text, truncated: isCutOff(response) };
    },
    async object(request) {
      const reply = await structuredCall({
        caller: kept,
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
  return { model, calls };
}
