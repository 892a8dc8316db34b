import type { GoalOptions } from '../contract/goal-request.ts';
import type { Latency } from '@baton/plan/plan';
import type { CallSamples } from './call-samples.ts';
import { usageOfCalls } from './call-usage.ts';
import type { StepCall } from './journaled-llm.ts';

/** What changes what a task takes, besides its worker type and model. */
export interface SampleFacts {
  readonly options: Pick<GoalOptions, 'reviewRounds' | 'judges' | 'latency'>;
  /** Of the task itself, or its goal's. */
  readonly latency?: Latency | undefined;
  /** It is done once for each item of a list. */
  readonly isEach?: boolean;
}

/** The kind under which samples of whole tasks, or of whole syntheses, are kept. @param of a worker type, or a role such as `:synthesis`. */
export function sampleKind(of: string, { options, latency = options.latency, isEach }: SampleFacts): string {
  const { reviewRounds = 0, judges = 1 } = options;
  return [
    of,
    ...(isEach ? ['each'] : []),
    ...(reviewRounds > 0 ? [`${reviewRounds}x${judges}`] : []),
    ...(latency === 'relaxed' ? ['relaxed'] : []),
  ].join('+');
}

/**
 * Notes what a whole task, or a whole synthesis, took. One that took answers from the journal or from other calls is left out: it was
 * quicker and cheaper than the next one will be.
 * @param ms from its start to its end.
 */
export function noteWhole(
  samples: CallSamples,
  kind: string,
  model: string,
  calls: readonly StepCall[],
  ms: number,
): void {
  if (calls.length === 0 || calls.some(({ reused, response }) => reused || response.borrowed === true))
    return;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costUsd } = usageOfCalls(calls);
  const prompts = inputTokens + cacheReadTokens + cacheWriteTokens;
  samples.note('tasks', kind, model, { ms, inputTokens: prompts, outputTokens, costUsd });
}
