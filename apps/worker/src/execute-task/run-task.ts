import { tierFor } from '@baton/plan/model-choice';
import { reviewPrompt } from '@baton/plan/prompts/review-prompt';
import type { Review } from '@baton/shared/contract/review';
import { noUsage, type Outcome } from '@baton/shared/contract/task-outcome';
import type { TaskStart } from '@baton/shared/ledger/task-record';
import { usageOfCalls } from '@baton/shared/model/call-usage';
import type { StepCall, StepCaller } from '@baton/shared/model/journaled-llm';
import { askJudges, judgeWindow } from '@baton/shared/model/judges';
import type { ModelAccess } from '@baton/shared/model/model-access';
import type { ModelTier } from '@baton/plan/worker-type';
import type { DependencyOutput, Revision, RunContext, Worker } from '../define-worker.ts';
import { reviewed } from './review-loop.ts';
import { failureText, isInterruption } from './run-failure.ts';
import { runWorker, type Ending } from './run-worker.ts';
import { constraintsOf, taskInput, taskPrompts, type TaskMaterial } from './task-context.ts';
import { startDeadline, timeLimitOf, type TaskDeadline } from './task-deadline.ts';
import { keepingCalls, openRunModel } from './worker-model.ts';

export type Started = Extract<TaskStart, { kind: 'started' | 'unready' | 'spent' }>;

export interface TaskWork extends Pick<RunContext, 'progress' | 'log'> {
  readonly worker: Worker;
  readonly start: Started;
  readonly dependencies: readonly DependencyOutput[];
  readonly models: Pick<ModelAccess, 'tiers' | 'structuredOutput' | 'contextTokens'>;
  readonly caller: StepCaller;
  /** The job's. */
  readonly signal: AbortSignal;
  reviewed(review: Review): void;
}

/** What all attempts at one task share. */
interface Attempts {
  readonly work: TaskWork;
  readonly material: TaskMaterial;
  readonly deadline: TaskDeadline;
  readonly signal: AbortSignal;
  readonly caller: StepCaller;
  /** The tiers that its worker has asked, in the order of first use. */
  readonly tiers: Set<ModelTier>;
}

async function attempt(attempts: Attempts, revision: Revision | null): Promise<Ending> {
  const { work, material, deadline, signal, caller, tiers } = attempts;
  const { worker, models } = work;
  const prompts = taskPrompts(material, revision);
  const model = openRunModel({
    caller,
    tiers: models.tiers,
    structuredOutput: models.structuredOutput,
    tier: tierFor(worker.tier, material.task.complexity, revision?.round ?? 0),
    maxTokens: material.constraints.maxOutputTokens,
    stepPrefix: revision === null ? '' : `revision-${revision.round}.`,
    onTier: (tier) => tiers.add(tier),
    signal,
  });
  const { goal, dependencies } = material;
  const { progress, log } = work;
  const context = { dependencies, goal, revision, model, prompt: prompts.prompt, progress, signal, log };
  const ending = await runWorker(worker, taskInput(material, revision), context, work.signal, deadline);
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
      model: models.tiers.balanced,
      prompt: (number) =>
        reviewPrompt(
          { ...goal, task, dependencies, result, previousFeedback, judge: { number, of } },
          judgeWindow(models.contextTokens),
        ),
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
  const attempts: Attempts = {
    work,
    material: {
      task,
      goal: start.brief,
      dependencies,
      constraints: constraintsOf(limitMs, models.contextTokens),
      instructions: start.taskPrompts[task.worker],
    },
    deadline,
    signal: AbortSignal.any([work.signal, deadline.signal]),
    caller: keepingCalls(work.caller, calls),
    tiers: new Set(),
  };
  try {
    const { ending, reviews, revisions } = await reviewed({
      rounds: options.reviewRounds ?? 0,
      attempt: (revision) => attempt(attempts, revision),
      review: (round, output, feedback) => review(attempts, round, output, feedback),
    });
    return {
      ...ending,
      usage: calls.length === 0 ? noUsage : usageOfCalls(calls),
      simulated: calls.some(({ response }) => response.simulated),
      reviews,
      metadata: {
        ...ending.metadata,
        ...(attempts.tiers.size > 0 && { tiers: [...attempts.tiers] }),
        ...(revisions > 0 && { revisions }),
      },
    };
  } finally {
    deadline.clear();
  }
}
