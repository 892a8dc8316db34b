import type { z } from 'zod';
import { atMost } from '@baton/plan/model-choice';
import type { ModelTier } from '@baton/plan/worker-type';
import type { StepCall, StepCaller } from '@baton/shared/model/journaled-llm';
import { ModelError, type LlmMessage, type LlmResponse } from '@baton/shared/model/llm';
import type { ModelTiers } from '@baton/shared/model/model-tiers';
import { refusalText } from '@baton/shared/model/refusal-text';
import { structuredCall } from '@baton/shared/model/structured-call';
import { isRedisFailure } from '@baton/shared/redis/failure';
import type { ModelRequest, WorkerModel } from '../define-worker.ts';
import { isBreak } from './run-failure.ts';
import { JournalUnavailable, TaskFailure } from './task-failure.ts';
import type { TaskTools } from './task-tools.ts';
import type { Ask } from './tool-loop.ts';

export interface WorkerModelOptions {
  readonly caller: StepCaller;
  readonly tiers: ModelTiers;
  readonly structuredOutput: 'native' | 'prompt';
  /** Asked unless a call names another. */
  readonly tier: ModelTier;
  /** The most capable that is asked, whatever a call names. */
  readonly tierLimit?: ModelTier | undefined;
  /** Output tokens of a call that names no limit. */
  readonly maxTokens: number;
  /** Tokens that every tier's context window holds. */
  readonly contextTokens: number;
  /** Tells the steps of a revision from those of the first run. */
  readonly stepPrefix: string;
  /** The user turn of a call. */
  readonly opening: (model: string, request: ModelRequest) => LlmMessage;
  readonly onTier: (tier: ModelTier) => void;
  readonly asking: TaskTools['asking'];
  readonly signal: AbortSignal;
}

function refused(response: Pick<LlmResponse, 'refusal'>): TaskFailure {
  return new TaskFailure(refusalText('The model refused this task', response));
}

/** Keeps each call that passes through, journaled ones included. @param brokenOff told of what must reach the queue. */
export function keepingCalls(
  caller: StepCaller,
  calls: StepCall[],
  brokenOff: (interruption: Error) => void,
): StepCaller {
  return {
    async call(request, options) {
      try {
        const call = await caller.call(request, options);
        calls.push(call);
        return call;
      } catch (error) {
        if (error instanceof ModelError) throw error;
        const thrown = isRedisFailure(error) ? new JournalUnavailable(error) : (error as Error);
        if (isBreak(thrown)) brokenOff(thrown);
        throw thrown;
      }
    },
  };
}

/** A call that may take several, as one. */
function callerOf(ask: Ask, caller: StepCaller, contextTokens: number): StepCaller {
  return {
    async call(request, options) {
      const answer = await ask({ caller, request, options, contextTokens, goesOn: false });
      const last = answer.calls.at(-1);
      if (!last) throw new Error('An answer without a call');
      return { ...last, response: { ...last.response, text: answer.text } };
    },
  };
}

/** The model as one run of a worker sees it. */
export function openRunModel(options: WorkerModelOptions): WorkerModel {
  const { caller, tiers, structuredOutput, stepPrefix, signal } = options;
  let steps = 0;
  const nextStep = (): string => `${stepPrefix}call-${(steps += 1)}`;
  const llmRequest = (request: ModelRequest) => {
    const { system, maxTokens = options.maxTokens } = request;
    const tier = atMost(request.tier ?? options.tier, options.tierLimit);
    options.onTier(tier);
    const model = tiers[tier];
    return { model, system, messages: [options.opening(model, request)], maxTokens };
  };

  return {
    async text(request) {
      const step = nextStep();
      const wanted = llmRequest(request);
      const ask = await options.asking(request.tools);
      const { text, cutOff, last } = await ask({
        caller,
        request: { ...wanted, jsonSchema: null },
        options: { signal, step, attempt: 1 },
        contextTokens: options.contextTokens,
        goesOn: request.maxTokens === undefined,
      });
      if (last.stopReason === 'refusal') throw refused(last);
      return { text, truncated: cutOff };
    },
    async object(request) {
      const step = nextStep();
      const wanted = llmRequest(request);
      const ask = await options.asking(request.tools);
      const reply = await structuredCall({
        caller: callerOf(ask, caller, options.contextTokens),
        structuredOutput,
        request: wanted,
        schema: request.schema as z.ZodType<z.output<typeof request.schema>>,
        maxRepairs: 1,
        signal,
        step,
      });
      if (reply.kind === 'refused') throw refused(reply);
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
