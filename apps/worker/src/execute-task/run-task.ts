import { atMost, tierFor } from '@baton/plan/model-choice';
import { reviewPrompt } from '@baton/plan/prompts/review-prompt';
import type { Review } from '@baton/shared/contract/review';
import { noUsage, type Outcome } from '@baton/shared/contract/task-outcome';
import type { TaskStart } from '@baton/shared/ledger/task-record';
import { isUsable } from '@baton/plan/task-readiness';
import { noteWhole, sampleKind } from '@baton/shared/model/sample-kind';
import { usageOfCalls } from '@baton/shared/model/call-usage';
import type { StepCall, StepCaller } from '@baton/shared/model/journaled-llm';
import { askJudges, judgeWindow } from '@baton/shared/model/judges';
import type { ModelAccess } from '@baton/shared/model/model-access';
import type { ModelTier } from '@baton/plan/worker-type';
import type { DependencyOutput, Revision, RunContext, Worker } from '../define-worker.ts';
import type { ToolSource } from '../tools/offered-tools.ts';
import { callsAlike, openingsOf } from './cached-opening.ts';
import { tellingOutput, type OutputProgress } from './output-progress.ts';
import { reviewed } from './review-loop.ts';
import { failureText, isInterruption } from './run-failure.ts';
import { runWorker, type Ending } from './run-worker.ts';
import { ToolCalls, type ToolCallsOptions } from './tool-calls.ts';
import { constraintsOf, taskInput, taskPrompts, type TaskMaterial } from './task-context.ts';
import { toolMetadata } from './tool-metadata.ts';
import { openTaskTools } from './task-tools.ts';
import { startDeadline, timeLimitOf, type TaskDeadline } from './task-deadline.ts';
import { keepingCalls, openRunModel } from './worker-model.ts';

export type Started = Extract<TaskStart, { kind: 'started' | 'unready' | 'spent' }>;

export interface TaskWork extends Pick<RunContext, 'progress' | 'log'> {
  readonly worker: Worker;
  readonly start: Started;
  readonly dependencies: readonly DependencyOutput[];
  readonly models: Pick<
    ModelAccess,
    'tiers' | 'structuredOutput' | 'contextTokens' | 'samples' | 'cachePays'
  >;
  readonly caller: StepCaller;
  readonly tools: ToolSource;
  readonly toolJournal: ToolCallsOptions['journal'];
  readonly metrics: ToolCallsOptions['metrics'];
  /** The job's. */
  readonly signal: AbortSignal;
  reviewed(review: Review): void;
  wrote(progress: OutputProgress): void;
}

/** What all attempts at one task share. */
interface Attempts {
  readonly work: TaskWork;
  readonly material: TaskMaterial;
  readonly deadline: TaskDeadline;
  readonly signal: AbortSignal;
  readonly caller: StepCaller;
  readonly toolCalls: ToolCalls;
  /** The tiers that its worker has asked, in the order of first use. */
  readonly tiers: Set<ModelTier>;
  /** What the run's calls were broken off by, the first one first. */
  readonly interruptions: readonly Error[];
}

/** Of a window, the part that the results of tools may take. */
function toolTokensOf(contextTokens: number): number {
  return Math.floor(contextTokens / 3);
}

async function attempt(attempts: Attempts, revision: Revision | null): Promise<Ending> {
  const { work, material, deadline, signal, caller, tiers, toolCalls } = attempts;
  const { worker, models } = work;
  const prompts = taskPrompts(material, revision);
  const round = revision?.round ?? 0;
  const alike = callsAlike(material.task, work.start.options.reviewRounds ?? 0, round);
  const stepPrefix = revision === null ? '' : `revision-${revision.round}.`;
  const { tools, asking } = openTaskTools({
    source: work.tools,
    calls: toolCalls,
    stepPrefix,
    mostTokens: toolTokensOf(models.contextTokens),
    progress: work.progress,
  });
  const model = openRunModel({
    caller: tellingOutput(caller, work.wrote),
    tiers: models.tiers,
    structuredOutput: models.structuredOutput,
    tier: tierFor(worker.tier, material.task.complexity, round),
    maxTokens: material.constraints.maxOutputTokens,
    contextTokens: models.contextTokens,
    tierLimit: work.start.task.tierLimit,
    stepPrefix,
    opening: openingsOf(prompts, alike, models.cachePays),
    onTier: (tier) => tiers.add(tier),
    asking,
    signal,
  });
  const { goal, dependencies } = material;
  const { progress, log } = work;
  const context = {
    dependencies,
    goal,
    revision,
    model,
    tools,
    prompt: prompts.prompt,
    progress,
    signal,
    log,
  };
  const ending = await runWorker(worker, taskInput(material, revision), context, work.signal, deadline);
  // A worker that goes on without a call's answer would be taken at its word.
  const [interruption] = attempts.interruptions;
  if (interruption) throw interruption;
  return { ...ending, metadata: { ...ending.metadata, ...prompts.metadata() } };
}

async function review(
  { work, material, deadline, signal, caller }: Attempts,
  round: number,
  result: string,
  previousFeedback: readonly string[],
): Promise<Review | string> {
  const { models, start, worker } = work;
  const { task, goal, dependencies } = material;
  const of = start.options.judges ?? 1;
  try {
    const word = await askJudges({
      caller,
      structuredOutput: models.structuredOutput,
      model: models.tiers[atMost('balanced', start.task.tierLimit)],
      prompt: (number) =>
        reviewPrompt(
          { ...goal, task, dependencies, result, previousFeedback, judge: { number, of } },
          judgeWindow(models.contextTokens),
        ),
      caching: { pays: models.cachePays, calls: of > 1 ? of : (task.planned ?? 1) },
      judges: of,
      round,
      signal,
    });
    work.reviewed(word.review);
    return word.review;
  } catch (error) {
    if (isInterruption(error, work.signal)) throw error;
    return failureText(error, deadline, worker.type);
  }
}

/** Has a task done, judged and revised. Rejects as {@link runWorker} does. */
export async function runTask(work: TaskWork): Promise<Outcome> {
  const { worker, start, dependencies, models } = work;
  const { task, options } = start;
  const limitMs = timeLimitOf(worker, options);
  const deadline = startDeadline(limitMs);
  const calls: StepCall[] = [];
  const interruptions: Error[] = [];
  const begunAt = performance.now();
  const signal = AbortSignal.any([work.signal, deadline.signal]);
  const toolCalls = new ToolCalls({
    journal: work.toolJournal,
    metrics: work.metrics,
    signal,
    log: work.log,
  });
  const attempts: Attempts = {
    work,
    material: {
      task,
      goal: start.brief,
      dependencies,
      constraints: constraintsOf(limitMs, models.contextTokens),
      instructions: start.taskPrompts[task.worker],
      ...(work.tools.hasAny && { toolTokens: toolTokensOf(models.contextTokens) }),
    },
    deadline,
    signal,
    toolCalls,
    caller: keepingCalls(work.caller, calls, (interruption) => interruptions.push(interruption)),
    tiers: new Set(),
    interruptions,
  };
  try {
    const { ending, reviews, revisions } = await reviewed({
      rounds: options.reviewRounds ?? 0,
      attempt: (revision) => attempt(attempts, revision),
      review: (round, output, feedback) => review(attempts, round, output, feedback),
    });
    const usage = calls.length === 0 ? noUsage : usageOfCalls(calls);
    if (isUsable(ending.status)) {
      const model = models.tiers[atMost(tierFor(worker.tier, task.complexity), task.tierLimit)];
      const kind = sampleKind(task.worker, { options, latency: task.latency });
      noteWhole(models.samples, kind, model, calls, performance.now() - begunAt);
    }
    return {
      ...ending,
      usage,
      simulated: calls.some(({ response }) => response.simulated),
      reviews,
      metadata: {
        ...ending.metadata,
        ...(attempts.tiers.size > 0 && { tiers: [...attempts.tiers] }),
        ...(revisions > 0 && { revisions }),
        ...toolMetadata(toolCalls.notes, calls),
      },
    };
  } finally {
    deadline.clear();
  }
}
